//! A TCP proxy that does to connections what networks do: cuts, stalls, slows and half-closes them, told by the test.

mod pump;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::error::{Context, Error, Result};

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Both sides get a reset (RST); what was on its way is lost.
    Reset,
    /// Both sides get an end (FIN), without a goodbye of the protocol's.
    Close,
    /// Neither side is told: the connection stays open and is dead, as when a network vanishes.
    Silent,
}

/// What the proxy does at the moment to every connection.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) upstream: SocketAddr,
    /// New connections are reset at once.
    pub(crate) refuse: bool,
    /// By direction (`Direction as usize`): bytes are kept back.
    pub(crate) stalled: [bool; 2],
    /// Each piece waits this long, in both directions.
    pub(crate) delay: Duration,
    /// Bytes a second in each direction.
    pub(crate) rate: Option<u64>,
    /// How often everything was cut, and how last.
    pub(crate) cuts: (u64, Cut),
    /// By direction: how often it was ended on all connections.
    pub(crate) half_closes: [u64; 2],
}

/// What the proxy counts, and a cut that waits for its moment.
pub(crate) struct Counters {
    pub(crate) connections: Mutex<Connections>,
    pub(crate) changed: Condvar,
    pub(crate) bytes: [AtomicU64; 2],
    pub(crate) planned: Mutex<Option<Planned>>,
}

/// A cut after so many more bytes in one direction.
pub(crate) struct Planned {
    pub(crate) direction: Direction,
    pub(crate) left: u64,
    pub(crate) cut: Cut,
}

/// How many connections there were, and are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// Accepted since the start, without those that were refused.
    pub accepted: u64,
    /// Open now.
    pub open: u64,
}

/// A running proxy; dropping it ends its connections (FIN) and its thread.
pub struct Proxy {
    address: SocketAddr,
    settings: watch::Sender<Settings>,
    counters: Arc<Counters>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and passes everything on to this address.
    pub fn start(upstream: SocketAddr) -> Result<Proxy> {
        Proxy::listen((Ipv4Addr::LOCALHOST, 0).into(), upstream)
    }

    /// Listens on this address (port 0: a free one) and passes everything on to the other.
    pub fn listen(address: SocketAddr, upstream: SocketAddr) -> Result<Proxy> {
        let listener = std::net::TcpListener::bind(address).context(format!("listening on {address}"))?;
        listener.set_nonblocking(true).context("listening")?;
        let address = listener.local_addr().context("listening")?;
        let (settings, seen) = watch::channel(Settings {
            upstream,
            refuse: false,
            stalled: [false; 2],
            delay: Duration::ZERO,
            rate: None,
            cuts: (0, Cut::Reset),
            half_closes: [0; 2],
        });
        let counters = Arc::new(Counters {
            connections: Mutex::default(),
            changed: Condvar::new(),
            bytes: [AtomicU64::new(0), AtomicU64::new(0)],
            planned: Mutex::new(None),
        });
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting a proxy")?;
        let (own_settings, own_counters) = (settings.clone(), Arc::clone(&counters));
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = pump::accept(listener, own_settings, seen, own_counters) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Proxy { address, settings, counters, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts all connections that are open.
    pub fn cut(&self, how: Cut) {
        self.settings.send_modify(|settings| settings.cuts = (settings.cuts.0 + 1, how));
    }

    /// Cuts everything when so many more bytes have gone this way; the bytes before the cut still arrive.
    pub fn cut_after(&self, bytes: u64, direction: Direction, how: Cut) {
        *lock(&self.counters.planned) = Some(Planned { direction, left: bytes, cut: how });
    }

    /// Whether a planned cut is still to come.
    pub fn cut_is_planned(&self) -> bool {
        lock(&self.counters.planned).is_some()
    }

    /// Keeps back what goes this way, or lets it go on; nothing is lost.
    pub fn stall(&self, direction: Direction, on: bool) {
        self.settings.send_modify(|settings| settings.stalled[direction as usize] = on);
    }

    /// Lets through so many bytes a second, and each piece only after a while; `None` and zero: as fast as it goes.
    pub fn slow(&self, bytes_per_second: Option<u64>, delay: Duration) {
        self.settings.send_modify(|settings| (settings.rate, settings.delay) = (bytes_per_second, delay));
    }

    /// Ends this direction (FIN) of all open connections; the other goes on.
    pub fn half_close(&self, direction: Direction) {
        self.settings.send_modify(|settings| settings.half_closes[direction as usize] += 1);
    }

    /// Resets new connections at once, or accepts them again.
    pub fn refuse(&self, on: bool) {
        self.settings.send_modify(|settings| settings.refuse = on);
    }

    /// Passes new connections on to another address.
    pub fn redirect(&self, upstream: SocketAddr) {
        self.settings.send_modify(|settings| settings.upstream = upstream);
    }

    /// How many connections there were and are.
    pub fn connections(&self) -> Connections {
        *lock(&self.counters.connections)
    }

    /// How many bytes have gone this way, over all connections.
    pub fn bytes(&self, direction: Direction) -> u64 {
        self.counters.bytes[direction as usize].load(Ordering::Relaxed)
    }

    /// Waits until this holds for the numbers of connections.
    pub fn wait_for(&self, what: &str, mut wanted: impl FnMut(Connections) -> bool) -> Result<Connections> {
        let deadline = Instant::now() + crate::lines::PATIENCE;
        let mut connections = lock(&self.counters.connections);
        while !wanted(*connections) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::TimedOut(format!("{what}, having {connections:?}")));
            }
            connections =
                self.counters.changed.wait_timeout(connections, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(*connections)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A thread that has ended already needs no word.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
