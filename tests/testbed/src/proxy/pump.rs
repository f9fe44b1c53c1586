//! The proxy's work: one task a connection, one pump a direction.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{Counters, Cut, Direction, Settings, lock};

/// How long an ended connection is still read from, so that its end is not turned into a reset by unread bytes.
const DRAIN: Duration = Duration::from_secs(2);

/// Accepts connections until it is dropped.
pub(super) async fn accept(
    listener: std::net::TcpListener,
    control: watch::Sender<Settings>,
    settings: watch::Receiver<Settings>,
    counters: Arc<Counters>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    // Dropped with this future: so are the connections.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let (refuse, upstream) = {
            let settings = settings.borrow();
            (settings.refuse, settings.upstream)
        };
        if refuse {
            let _ = client.set_zero_linger();
            continue;
        }
        let (control, settings, counters) = (control.clone(), settings.clone(), Arc::clone(&counters));
        connections.spawn(async move {
            if let Ok(server) = TcpStream::connect(upstream).await {
                count(&counters, |connections| {
                    (connections.accepted, connections.open) = (connections.accepted + 1, connections.open + 1)
                });
                connect(client, server, &control, settings, &counters).await;
            } else {
                let _ = client.set_zero_linger();
            }
        });
    }
}

fn count(counters: &Counters, change: impl FnOnce(&mut super::Connections)) {
    change(&mut lock(&counters.connections));
    counters.changed.notify_all();
}

/// One connection, until both directions have ended or it is cut.
async fn connect(
    mut client: TcpStream,
    mut server: TcpStream,
    control: &watch::Sender<Settings>,
    mut settings: watch::Receiver<Settings>,
    counters: &Counters,
) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let cuts = settings.borrow_and_update().cuts.0;
    let cut = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let one = |direction, from, to| {
            let pump = Pump { direction, from, to, control, settings: settings.clone(), counters };
            pump.run()
        };
        let up = one(Direction::ToServer, from_client, to_server);
        let down = one(Direction::ToClient, from_server, to_client);
        tokio::select! {
            _ = async { tokio::join!(up, down) } => None,
            changed = settings.wait_for(|settings| settings.cuts.0 != cuts) => changed.ok().map(|settings| settings.cuts.1),
        }
    };
    count(counters, |connections| connections.open -= 1);
    end(client, server, cut).await;
}

async fn end(mut client: TcpStream, mut server: TcpStream, cut: Option<Cut>) {
    match cut {
        None => {}
        Some(Cut::Reset) => {
            let _ = (client.set_zero_linger(), server.set_zero_linger());
        }
        Some(Cut::Close) => {
            let _ = (client.shutdown().await, server.shutdown().await);
            let drains = async { tokio::join!(drain(&mut client), drain(&mut server)) };
            let _ = tokio::time::timeout(DRAIN, drains).await;
        }
        // Held, unread and unanswered, until the proxy ends.
        Some(Cut::Silent) => std::future::pending().await,
    }
}

async fn drain(socket: &mut TcpStream) {
    let mut part = vec![0; 16 * 1024];
    while socket.read(&mut part).await.is_ok_and(|length| length > 0) {}
}

struct Pump<'a> {
    direction: Direction,
    from: ReadHalf<'a>,
    to: WriteHalf<'a>,
    control: &'a watch::Sender<Settings>,
    settings: watch::Receiver<Settings>,
    counters: &'a Counters,
}

impl Pump<'_> {
    /// Until the source ends or the direction is half-closed: the sink gets an end then. An error ends both directions, because
    /// the other pump meets it as well.
    async fn run(mut self) {
        let half_closes = self.settings.borrow_and_update().half_closes[self.direction as usize];
        let mut settings = self.settings.clone();
        let direction = self.direction as usize;
        tokio::select! {
            _ = self.pump() => {}
            _ = settings.wait_for(|settings| settings.half_closes[direction] != half_closes) => {}
        }
        let _ = self.to.shutdown().await;
    }

    async fn pump(&mut self) -> io::Result<()> {
        let direction = self.direction as usize;
        let mut part = vec![0; 16 * 1024];
        loop {
            let length = self.from.read(&mut part).await?;
            if length == 0 {
                return Ok(());
            }
            let (delay, rate) = {
                let settings = self.settings.wait_for(|settings| !settings.stalled[direction]).await;
                let settings = settings.map_err(io::Error::other)?;
                (settings.delay, settings.rate)
            };
            tokio::time::sleep(delay).await;
            self.pass_on(part.get(..length).unwrap_or_default(), rate).await?;
        }
    }

    async fn pass_on(&mut self, bytes: &[u8], rate: Option<u64>) -> io::Result<()> {
        // A slow line passes its bytes on a twentieth of a second at a time.
        let piece = rate.map_or(bytes.len(), |rate| usize::try_from(rate / 20).unwrap_or(usize::MAX)).max(1);
        for piece in bytes.chunks(piece) {
            let (now, cut) = self.until_cut(piece);
            // Before they go: whoever has read them finds them counted.
            self.counters.bytes[self.direction as usize].fetch_add(now.len() as u64, Ordering::Relaxed);
            self.to.write_all(now).await?;
            if let Some(cut) = cut {
                self.to.flush().await?;
                self.control.send_modify(|settings| settings.cuts = (settings.cuts.0 + 1, cut));
                // Ended from outside now.
                std::future::pending::<()>().await;
            }
            if let Some(rate) = rate {
                tokio::time::sleep(Duration::from_secs_f64(piece.len() as f64 / rate.max(1) as f64)).await;
            }
        }
        Ok(())
    }

    /// What still goes through before a planned cut, and the cut if it is due.
    fn until_cut<'b>(&self, bytes: &'b [u8]) -> (&'b [u8], Option<Cut>) {
        let mut planned = lock(&self.counters.planned);
        let Some(plan) = planned.as_mut().filter(|plan| plan.direction == self.direction) else { return (bytes, None) };
        let left = usize::try_from(plan.left).unwrap_or(usize::MAX);
        if bytes.len() < left {
            plan.left -= bytes.len() as u64;
            return (bytes, None);
        }
        let cut = plan.cut;
        *planned = None;
        (bytes.get(..left).unwrap_or(bytes), Some(cut))
    }
}
