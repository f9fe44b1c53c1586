//! The loop of a session: whatever comes first, the server, a command, or a deadline.

use std::time::Duration;

use tokio::sync::{mpsc::UnboundedReceiver, oneshot};

use super::outbox::StanzaLimit;
use super::purpose::Purpose;
use super::{Command, Ended, Session};
use crate::client::Error;
use crate::model::changes::Change;
use crate::platform::time::{self, Instant};
use crate::stream::sm::Counters;
use crate::transport::{Frame, Incoming, LeftOut, TransportError};
use crate::view::AccountState;
use crate::xep::sm::{self, Said};

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// What a session leaves behind.
pub(super) struct Rest {
    /// Why it ended.
    pub ended: Ended,
    /// Who waits for its end, if it was stopped.
    pub stop: Option<oneshot::Sender<()>>,
    /// What the server may not have; None after a goodbye that it answered, which was behind everything.
    pub counters: Option<Counters>,
    /// Until when messages of this connection may come into the archive.
    pub late: Option<Instant>,
    /// Which stanzas the server accepts.
    pub limit: StanzaLimit,
}

impl Session {
    /// Runs until the session ends.
    pub(super) async fn run(mut self, commands: &mut UnboundedReceiver<Command>) -> Rest {
        let mut stop = None;
        let ended = loop {
            let deadline = self.next_deadline();
            let step = tokio::select! {
                incoming = self.transport.receive() => self.heard(incoming),
                command = commands.recv() => match command {
                    Some(Command::Stop(answer)) => {
                        stop = Some(answer);
                        Err(Ended::Stopped)
                    }
                    Some(command) => self.command(command),
                    None => Err(Ended::Stopped),
                },
                () = time::sleep_until(deadline) => self.tick(Instant::now()),
            };
            let step = match step {
                Ok(()) => self.store_ended_pages().await,
                ended => ended,
            };
            if let Err(ended) = step.and_then(|()| self.after_step()) {
                break ended;
            }
            self.engine.let_draw().await;
        };
        let parted = self.finish(&ended).await;
        self.give_up_deaf(&ended);
        let late = self.archive.late();
        Rest { ended, stop, counters: Some(self.counters).filter(|_| !parted), late, limit: self.limit }
    }

    /// What every step may have made necessary.
    fn after_step(&mut self) -> Result<(), Ended> {
        self.ask_for_acknowledgement();
        self.count_traffic();
        Ok(())
    }

    fn heard(&mut self, incoming: Result<Incoming, TransportError>) -> Result<(), Ended> {
        self.heard = Instant::now();
        self.incoming(incoming.map_err(Error::from)?, true)
    }

    /// What the server says, also before the login was over, when it is not counted.
    pub(super) fn incoming(&mut self, incoming: Incoming, counted: bool) -> Result<(), Ended> {
        match incoming {
            Incoming::Frame(frame) => self.frame(frame, counted),
            Incoming::LeftOut(element) => self.left_out(element, counted),
            Incoming::Open(_) => Err(Error::NotXmpp { detail: "the stream was opened again".into() }.into()),
            Incoming::Close => Err(Error::ServerUnreachable { step: "the server ended the stream".into() }.into()),
        }
    }

    fn frame(&mut self, frame: Frame, counted: bool) -> Result<(), Ended> {
        let Some(frame) = self.archive.collect(frame) else {
            self.count_stanza_in(counted);
            return Ok(());
        };
        match frame.parse() {
            Ok(element) => self.element(element, counted),
            // Its borders were found, so the stream goes on.
            Err(_) => self.left_out(LeftOut::from(&frame), counted),
        }
    }

    fn command(&mut self, command: Command) -> Result<(), Ended> {
        match command {
            Command::Outbox => self.send_outbox(),
            Command::Active(active) => {
                self.send_activity(active);
                self.ask_who_is_there()
            }
            Command::Cut => Err(Ended::Lost(Error::ServerUnreachable { step: "the connection was cut".into() })),
            Command::NetworkChanged => {
                self.prove_alive();
                Ok(())
            }
            Command::Push => {
                self.register_push(false);
                Ok(())
            }
            Command::Restart => Err(Ended::Restart),
            Command::Request(request) => {
                self.request(request.to, request.set, request.payload, Purpose::Caller(request.answer));
                Ok(())
            }
            Command::Send(text) => {
                self.send_text(text);
                Ok(())
            }
            Command::Devices { of, answer } => self.look_at_devices(of, answer),
            Command::Typing { to, on } => self.send_typing(&to, on),
            Command::PublishRead => self.publish_read_states(),
            Command::Older { peer, before, answer } => {
                self.fetch_older(peer, before, answer);
                Ok(())
            }
            Command::CatchUp(answer) => self.catch_up_again(answer),
            // Answered by the loop itself.
            Command::Stop(_) => Err(Ended::Stopped),
        }
    }

    /// Says goodbye where that makes sense, and answers everybody who waits. True if the server said goodbye too.
    async fn finish(&mut self, ended: &Ended) -> bool {
        let parted = matches!(ended, Ended::Stopped | Ended::Restart) && self.say_goodbye().await;
        self.count_traffic();
        for purpose in self.requests.drain() {
            match purpose {
                Purpose::Caller(answer) => {
                    let _ = answer.send(Err(Error::Offline));
                }
                Purpose::Archive(archive) => {
                    if let Some(answer) = archive.answer {
                        let _ = answer.send(Err(Error::Offline));
                    }
                }
                _ => {}
            }
        }
        self.archive.refuse_waiting();
        self.engine.connection_lost(self.account);
        if matches!(ended, Ended::Stopped) {
            self.engine.set_status(self.account, AccountState::Offline, None);
        }
        parted
    }

    /// Closes the stream (RFC 6120 section 4.4). A server that closes it too has handled everything that we sent, and has
    /// no session to resume any more: then there is nothing to look for the next time. True if it did.
    async fn say_goodbye(&mut self) -> bool {
        // What is stored need not be kept for us; a full disk is no reason to stay.
        if self.counters.enabled() && self.answer_acknowledgement().is_err() {
            return false;
        }
        self.transport.close();
        // The connection may be dead already.
        let closed = time::timeout(GOODBYE, self.closed()).await.unwrap_or(false);
        closed && self.engine.commit_step(self.account, false, vec![Change::Session(None)]).is_ok()
    }

    /// Waits until the server has closed the stream; of what comes before only acknowledgements are taken. All else was not
    /// acknowledged, so the server still has it.
    async fn closed(&mut self) -> bool {
        loop {
            match self.transport.receive().await {
                Ok(Incoming::Close) => return true,
                Ok(Incoming::Frame(frame)) => {
                    let said = frame.parse().ok().as_ref().and_then(sm::read);
                    if let Some(Said::Acknowledgement { h }) = said
                        && self.acknowledged(h).is_err()
                    {
                        return false;
                    }
                }
                Ok(Incoming::LeftOut(_)) => {}
                Ok(Incoming::Open(_)) | Err(_) => return false,
            }
        }
    }
}
