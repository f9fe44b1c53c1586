//! The order in which a domain's servers are tried (RFC 2782), both services taken as one set (XEP-0368 section 3).

use crate::transport::Route;

/// Which kind of TLS a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// `_xmpps-client`: TLS from the first byte.
    Direct,
    /// `_xmpp-client`: STARTTLS.
    StartTls,
}

/// One server that a domain names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub service: Service,
    /// Lower is tried first.
    pub priority: u16,
    /// Among equals: the share of clients that it gets.
    pub weight: u16,
    /// In ASCII.
    pub host: String,
    pub port: u16,
}

impl Target {
    /// A server that is not chosen among others.
    pub(super) fn only(service: Service, host: &str, port: u16) -> Target {
        Target { service, priority: 0, weight: 0, host: host.to_owned(), port }
    }

    pub(super) fn route(&self) -> Route {
        let (host, port) = (self.host.clone(), self.port);
        match self.service {
            Service::Direct => Route::Direct { host, port },
            Service::StartTls => Route::StartTls { host, port },
        }
    }
}

/// Puts targets in the order in which they are to be tried. `random` gives fractions in 0..1.
pub(super) fn order(mut targets: Vec<Target>, random: &mut dyn FnMut() -> f64) -> Vec<Target> {
    // Those without weight stand first, so that they have a small chance (RFC 2782, the algorithm under "Weight").
    targets.sort_by_key(|target| (target.priority, target.weight));
    let mut ordered = Vec::with_capacity(targets.len());
    while let Some(first) = targets.first() {
        let priority = first.priority;
        let equals = targets.iter().take_while(|target| target.priority == priority).count();
        let total: u32 = targets[..equals].iter().map(|target| u32::from(target.weight)).sum();
        let wanted = random().clamp(0.0, 1.0) * f64::from(total);
        let mut sum = 0.0;
        let chosen = targets[..equals].iter().position(|target| {
            sum += f64::from(target.weight);
            sum >= wanted
        });
        ordered.push(targets.remove(chosen.unwrap_or(0)));
    }
    ordered
}

/// The two lanes that race, each in its order. The one whose best target has the better priority starts; with the same
/// priority it is direct TLS, which needs fewer round trips.
pub(super) fn lanes(ordered: Vec<Target>) -> Vec<Vec<Target>> {
    let (direct, starttls): (Vec<_>, Vec<_>) =
        ordered.into_iter().partition(|target| target.service == Service::Direct);
    let best = |lane: &[Target]| lane.first().map_or(u32::from(u16::MAX) + 1, |target| u32::from(target.priority));
    let mut lanes = if best(&direct) <= best(&starttls) { vec![direct, starttls] } else { vec![starttls, direct] };
    lanes.retain(|lane| !lane.is_empty());
    lanes
}

#[cfg(test)]
mod srv_tests {
    use super::*;

    fn target(service: Service, priority: u16, weight: u16, host: &str) -> Target {
        Target { service, priority, weight, host: host.to_owned(), port: 5222 }
    }

    fn hosts(targets: &[Target]) -> Vec<&str> {
        targets.iter().map(|target| target.host.as_str()).collect()
    }

    #[test]
    fn both_services_are_one_set_ordered_by_priority() {
        let targets = vec![
            target(Service::StartTls, 10, 0, "c"),
            target(Service::Direct, 5, 0, "b"),
            target(Service::Direct, 20, 0, "d"),
            target(Service::StartTls, 1, 0, "a"),
        ];
        assert_eq!(hosts(&order(targets, &mut || 0.5)), ["a", "b", "c", "d"]);
    }

    #[test]
    fn weights_share_out_the_clients() {
        let targets = || vec![target(Service::Direct, 0, 60, "big"), target(Service::StartTls, 0, 20, "small")];
        // Below a quarter of the sum the small one comes first, because it stands first.
        assert_eq!(hosts(&order(targets(), &mut || 0.24)), ["small", "big"]);
        assert_eq!(hosts(&order(targets(), &mut || 0.26)), ["big", "small"]);
        assert_eq!(hosts(&order(targets(), &mut || 1.0)), ["big", "small"]);
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state) / f64::from(u32::MAX)
        };
        let big = (0..4000).filter(|_| order(targets(), &mut random)[0].host == "big").count();
        assert!((2850..3150).contains(&big), "{big}");
    }

    #[test]
    fn a_target_without_weight_is_still_tried() {
        let targets = || vec![target(Service::Direct, 0, 10, "a"), target(Service::Direct, 0, 0, "b")];
        assert_eq!(hosts(&order(targets(), &mut || 0.9)), ["a", "b"]);
        assert_eq!(hosts(&order(targets(), &mut || 0.0)), ["b", "a"]);
    }

    #[test]
    fn direct_tls_starts_unless_the_domain_prefers_the_other() {
        let starts = |direct, starttls| {
            let targets = vec![target(Service::StartTls, starttls, 0, "s"), target(Service::Direct, direct, 0, "d")];
            lanes(order(targets, &mut || 0.0)).remove(0).remove(0).host
        };
        assert_eq!(starts(5, 5), "d");
        assert_eq!(starts(1, 5), "d");
        assert_eq!(starts(5, 1), "s");
        assert_eq!(lanes(vec![target(Service::StartTls, 1, 0, "s")]).len(), 1);
    }
}
