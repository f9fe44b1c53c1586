//! A server and a wire, as small as they can be, for the promise in `model_tests`.

use std::collections::{HashMap, VecDeque};

use super::model_tests::Event;
use super::*;
use crate::model::archive::Hole;

/// A message in the server's archive; its place in the list is its place in the order.
#[derive(Clone)]
struct Entry {
    peer: usize,
    outgoing: bool,
    stanza: String,
    stamp: Micros,
}

/// What is on its way to the device.
enum Wire {
    Message(usize),
    Acknowledgement(i64),
}

type Rows = Vec<(ChatId, MessageId, Micros, Place, Delivery)>;

pub(super) struct World {
    device: Device,
    archive: Vec<Entry>,
    /// Messages of an earlier attempt that are the same as one before.
    inbound: VecDeque<Wire>,
    /// Stanzas written by the device that the server has not taken yet: chat and id.
    outbound: VecDeque<(usize, String)>,
    taken: i64,
    written: i64,
    connected: bool,
    /// A new session must catch up before it queues again what it is unsure of.
    fresh: bool,
    /// Where the stream was cut: what the server sends again on a resumption.
    unacknowledged: Vec<usize>,
    steps: u32,
    live_ids: bool,
    coarse: bool,
    clock: Micros,
}

fn peer(index: usize) -> BareJid {
    jid(["bob@example.org", "carol@example.org"][index % 2])
}

impl World {
    pub(super) fn new(history: u8, live_ids: bool, coarse: bool) -> World {
        let device = device();
        device.store.db.execute_batch("PRAGMA synchronous = OFF").unwrap();
        let mut world = World {
            device,
            archive: Vec::new(),
            inbound: VecDeque::new(),
            outbound: VecDeque::new(),
            taken: 0,
            written: 0,
            connected: false,
            fresh: false,
            unacknowledged: Vec::new(),
            steps: 0,
            live_ids,
            coarse,
            clock: NOON,
        };
        for number in 0..history {
            world.store_at_server(usize::from(number), number % 3 == 0, format!("h{number}"));
        }
        world
    }

    fn store_at_server(&mut self, to: usize, outgoing: bool, stanza: String) -> usize {
        self.clock += SECOND / 4;
        let stamp = if self.coarse { self.clock / SECOND * SECOND } else { self.clock };
        self.archive.push(Entry { peer: to % 2, outgoing, stanza, stamp });
        self.archive.len() - 1
    }

    fn message(&self, index: usize, way: Way) -> Arrived {
        let entry = &self.archive[index];
        let message = Arrived { chat: peer(entry.peer), ..text(&entry.stanza, &entry.stanza) };
        let message = if entry.outgoing { own(message) } else { message };
        let from_archive = matches!(way, Way::Archive | Way::ArchiveOlder);
        let ids = Ids { archive: Some(format!("x{index}")).filter(|_| from_archive || self.live_ids), ..message.ids };
        let time = if from_archive { entry.stamp } else { self.device.now };
        Arrived { ids, way, time, ..message }
    }

    /// Applies a step, sometimes twice: the second time changes nothing.
    fn apply(&mut self, list: Vec<Change>) -> Applied {
        self.steps += 1;
        let applied = self.device.apply(list.clone());
        if self.steps.is_multiple_of(3) {
            let before = self.rows();
            self.device.apply(list);
            assert!(self.rows() == before, "the second time changed something");
        }
        applied
    }

    fn rows(&self) -> Rows {
        let mut rows = Vec::new();
        for chat in self.device.store.chat_list(None, 10).unwrap() {
            let page = self.device.store.timeline(chat.id, None, 1000).unwrap();
            rows.extend(page.rows.iter().map(|row| (chat.id, row.id, row.position, row.place, row.delivery)));
        }
        rows
    }

    pub(super) fn happens(&mut self, event: Event) {
        match event {
            Event::ContactSends(n) => {
                let index = self.store_at_server(usize::from(n), false, format!("c{}", self.archive.len()));
                self.deliver(index);
            }
            Event::LaptopSends(n) => {
                let index = self.store_at_server(usize::from(n), true, format!("l{}", self.archive.len()));
                // Every fourth copy is lost, as with a server that does not send copies of everything.
                if n % 4 != 0 {
                    self.deliver(index);
                }
            }
            Event::WeSend(n) => self.we_send(usize::from(n)),
            Event::WeWrite => self.we_write(),
            Event::ServerTakes => self.server_takes(),
            Event::ServerAcknowledges if self.connected => self.inbound.push_back(Wire::Acknowledgement(self.taken)),
            Event::ServerAcknowledges => {}
            Event::WeReceive => self.receive(),
            Event::Cut => self.cut(),
            Event::Resume => self.resume(),
            Event::NewSession => self.new_session(),
            Event::CatchUp(n) => self.catch_up(usize::from(n % 4) + 1),
            Event::ServerForgets(n) => self.server_forgets(usize::from(n % 4) + 1),
            Event::ReadAgain(n) => self.read_again(usize::from(n)),
            Event::FillHole(n) => self.fill_hole(usize::from(n % 5) + 1),
            Event::ScrollBack(n) => self.scroll_back(usize::from(n), usize::from(n % 3) + 1),
            Event::ClockJumps(n) => self.device.now = NOON + (i64::from(n) - 128) * 600 * SECOND,
            Event::Read(n) => self.read(usize::from(n)),
        }
        self.nothing_is_doubled();
    }

    fn deliver(&mut self, index: usize) {
        if self.connected {
            self.inbound.push_back(Wire::Message(index));
        }
    }

    fn we_send(&mut self, to: usize) {
        let id = format!("a{}", self.steps);
        let payload = Payload::Text { body: id.clone(), reply: None, quoted: None, files: Vec::new() };
        self.apply(vec![Change::Send { chat: peer(to), stanza_id: id, payload }]);
    }

    fn we_write(&mut self) {
        let unsure = self.device.store.has_unsure(self.device.account).unwrap();
        let Some(item) = self.device.store.outbox(self.device.account, 1).unwrap().pop() else {
            return;
        };
        if !self.connected || unsure {
            return;
        }
        self.written += 1;
        self.apply(vec![Change::InFlight { item: item.id, number: self.written, encryption: Encryption::None }]);
        let to = usize::from(item.to == peer(1));
        self.outbound.push_back((to, item.stanza_id));
    }

    fn server_takes(&mut self) {
        if let Some((to, id)) = self.outbound.pop_front() {
            self.taken += 1;
            self.store_at_server(to, true, id);
        }
    }

    fn receive(&mut self) {
        match self.inbound.pop_front() {
            None => {}
            Some(Wire::Acknowledgement(number)) => {
                self.apply(vec![Change::Acknowledged { number }]);
            }
            Some(Wire::Message(index)) => {
                let way = if self.archive[index].outgoing { Way::Carbon } else { Way::Live };
                let message = self.message(index, way);
                self.apply(vec![arrival(message)]);
            }
        }
    }

    fn cut(&mut self) {
        self.connected = false;
        self.outbound.clear();
        for lost in self.inbound.drain(..) {
            if let Wire::Message(index) = lost {
                self.unacknowledged.push(index);
            }
        }
    }

    fn resume(&mut self) {
        if self.connected || self.fresh {
            return;
        }
        self.connected = true;
        self.device.catching_up = true;
        self.apply(vec![Change::Resumed { number: self.taken }]);
        self.written = self.taken;
        self.inbound.extend(self.unacknowledged.drain(..).map(Wire::Message));
    }

    fn new_session(&mut self) {
        self.cut();
        self.unacknowledged.clear();
        self.connected = true;
        self.fresh = true;
        self.device.catching_up = true;
        (self.taken, self.written) = (0, 0);
        self.apply(vec![Change::SessionLost]);
    }

    fn page(&self, range: std::ops::Range<usize>) -> Vec<Change> {
        page(range.map(|index| self.message(index, Way::Archive)).collect())
    }

    fn newest(&self) -> usize {
        let position = self.device.store.archive_position(self.device.account).unwrap();
        position.newest.map_or(0, |id| id[1..].parse::<usize>().unwrap() + 1)
    }

    /// One page forward; what is on the wire comes before the answer.
    fn catch_up(&mut self, size: usize) {
        if !self.connected || !self.device.catching_up {
            return;
        }
        while !self.inbound.is_empty() {
            self.receive();
        }
        let from = self.newest();
        let to = (from + size).min(self.archive.len());
        let mut list = self.page(from..to);
        if to < self.archive.len() {
            self.apply(list);
            return;
        }
        list.push(Change::Settle);
        self.apply(list);
        self.device.catching_up = false;
        if std::mem::take(&mut self.fresh) && self.device.store.has_unsure(self.device.account).unwrap() {
            // What is unsure may stand in a hole.
            self.fill_all_holes();
            self.apply(vec![Change::RequeueUnsure]);
        }
    }

    pub(super) fn first_sign_in(&mut self, size: u8) {
        self.new_session();
        self.server_forgets(usize::from(size));
    }

    /// The server does not know our place any more: its newest page is taken, with a hole before it.
    fn server_forgets(&mut self, size: usize) {
        let (from, to) = (self.archive.len().saturating_sub(size), self.archive.len());
        if !self.connected || !self.device.catching_up || from < self.newest() {
            return;
        }
        while !self.inbound.is_empty() {
            self.receive();
        }
        let known = self.device.store.archive_position(self.device.account).unwrap().newest_stamp;
        let mut list = self.page(from..to);
        if from > 0
            && let Some(first) = self.archive.get(from)
        {
            list.push(Change::HoleFound {
                chat: None,
                newer: format!("x{from}"),
                newer_stamp: first.stamp,
                older_stamp: known.filter(|known| *known < first.stamp),
            });
        }
        self.apply(list);
    }

    fn read_again(&mut self, seed: usize) {
        let newest = self.newest();
        let Some(from) = seed.checked_rem(newest) else { return };
        let from = from.max(self.begins_at());
        let before = self.rows();
        let to = (from + 3).min(newest);
        let list = self.page(from..to).into_iter().filter(|c| matches!(c, Change::Arrived { .. })).collect();
        let applied = self.device.apply(list);
        assert!(applied.is_empty(), "read again, {from}..{to} of {newest} changed something");
        assert!(self.rows() == before);
    }

    /// From here on nothing is missing.
    fn begins_at(&self) -> usize {
        let holes = self.device.store.archive_position(self.device.account).unwrap().holes;
        holes.iter().map(|hole| hole.newer[1..].parse().unwrap()).max().unwrap_or(0)
    }

    fn fill_hole(&mut self, size: usize) {
        let holes = self.device.store.archive_position(self.device.account).unwrap().holes;
        let Some(Hole { id, newer, older_stamp, .. }) = holes.into_iter().next() else { return };
        let end: usize = newer[1..].parse().unwrap();
        let start = older_stamp.map_or(0, |stamp| self.archive.iter().position(|e| e.stamp >= stamp).unwrap());
        let from = end.saturating_sub(size).max(start);
        let mut list: Vec<Change> = (from..end).map(|i| arrival(self.message(i, Way::ArchiveOlder))).collect();
        let edge = Some((format!("x{from}"), self.archive[from].stamp)).filter(|_| from > start);
        list.push(Change::HoleFilled { hole: id, newer: edge });
        self.apply(list);
    }

    /// A person scrolls up in one chat.
    fn scroll_back(&mut self, who: usize, size: usize) {
        let with = peer(who);
        let Some(chat) = self.device.store.chat(self.device.account, &with).unwrap() else { return };
        let before = self.device.store.oldest_archive_id(chat).unwrap();
        let end = before.map_or(self.archive.len(), |id| id[1..].parse().unwrap());
        if !self.connected {
            return;
        }
        let of_chat: Vec<usize> = (0..end).filter(|i| self.archive[*i].peer == who % 2).collect();
        let from = of_chat.len().saturating_sub(size);
        let items = of_chat[from..].iter().map(|i| arrival(self.message(*i, Way::ArchiveOlder)));
        let mut list: Vec<Change> = items.collect();
        if from == 0 {
            list.push(Change::ChatComplete { chat: with });
        }
        self.apply(list);
    }

    fn read(&mut self, seed: usize) {
        let rows = self.rows();
        let Some(index) = seed.checked_rem(rows.len()) else { return };
        let (chat, message, ..) = rows[index];
        self.apply(vec![Change::Read { chat, message, marker: false }]);
    }

    fn nothing_is_doubled(&self) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for chat in self.device.store.chat_list(None, 10).unwrap() {
            for row in self.device.store.timeline(chat.id, None, 1000).unwrap().rows {
                *seen.entry(row.body).or_default() += 1;
            }
        }
        assert!(seen.values().all(|count| *count == 1));
    }

    /// Everything is written, taken and read.
    pub(super) fn come_to_rest(&mut self) {
        for _ in 0..2 {
            self.new_session();
            while self.device.catching_up {
                self.catch_up(3);
            }
            while !self.device.store.outbox(self.device.account, 1).unwrap().is_empty() {
                self.we_write();
                self.server_takes();
            }
            self.inbound.push_back(Wire::Acknowledgement(self.taken));
            self.receive();
        }
        self.fill_all_holes();
    }

    fn fill_all_holes(&mut self) {
        while !self.device.store.archive_position(self.device.account).unwrap().holes.is_empty() {
            self.fill_hole(4);
        }
    }

    pub(super) fn compare(&self) {
        for index in 0..2 {
            let chat = self.device.store.chat(self.device.account, &peer(index)).unwrap();
            let rows = chat.map_or(Vec::new(), |chat| self.device.store.timeline(chat, None, 1000).unwrap().rows);
            let here: Vec<&str> = rows.iter().map(|row| row.body.as_str()).collect();
            let there: Vec<&str> = self.archive.iter().filter(|e| e.peer == index).map(|e| e.stanza.as_str()).collect();
            assert_eq!(here, there);
            assert!(rows.iter().all(|row| row.place == Place::Fixed && !row.gap_before));
            assert!(rows.iter().all(|row| row.delivery != Delivery::Queued));
        }
        self.device.check();
    }
}
