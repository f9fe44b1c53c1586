//! From a domain to the servers that speak for it (RFC 6120 section 3.2, XEP-0368).

use std::pin::pin;

use futures_util::future::{Either, select};

use crate::model::account::TlsChoice;
use crate::transport::{ConnectError, Step};

use super::dns::{LookupError, Resolver, SrvRecord};
use super::srv::{Service, Target, lanes, order};

/// The port of a server that is not announced (RFC 6120 section 3.2.2).
const USUAL_PORT: u16 = 5222;

/// What the domain name system says of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Announced {
    At(Vec<SrvRecord>),
    /// The domain says that there is none: a single record with the target ".".
    Refused,
    Nothing,
    /// It could not be asked.
    Unknown,
}

/// The lanes of targets for a domain in ASCII, in the order in which they start. `shown` is the domain as the address has
/// it.
pub(super) async fn targets(
    resolver: &Resolver,
    domain: &str,
    shown: &str,
    tls: TlsChoice,
) -> Result<Vec<Vec<Target>>, ConnectError> {
    if super::names::address(domain).is_some() {
        return Ok(vec![vec![Target::only(Service::StartTls, domain, USUAL_PORT)]]);
    }
    let services = async {
        tokio::join!(
            announced(resolver, tls != TlsChoice::StartTls, format!("_xmpps-client._tcp.{domain}")),
            announced(resolver, tls != TlsChoice::Direct, format!("_xmpp-client._tcp.{domain}")),
        )
    };
    // The domain's own addresses are asked for at the same time: they are needed where nothing is announced.
    let usual = async {
        let asked = tokio::time::timeout(super::ways::LOOK_UP, resolver.addresses(domain)).await;
        asked.unwrap_or_else(|_| Err(LookupError::Failed("the name server did not answer".to_owned())))
    };
    let ((direct, starttls), usual) = match select(pin!(services), pin!(usual)).await {
        Either::Left((services, usual)) if is_unknown(&services) => (services, Some(usual.await)),
        Either::Left((services, _)) => (services, None),
        Either::Right((usual, services)) => (services.await, Some(usual)),
    };
    // Some name servers are silent about services alone; one that is silent about everything is of no use.
    if let Some(Err(error @ LookupError::Failed(_))) = usual
        && is_unknown(&(direct.clone(), starttls.clone()))
    {
        return Err(address_error(error, shown));
    }
    let not_found = || ConnectError::ServerNotFound { domain: shown.to_owned() };
    plan(direct, starttls, domain, tls, &mut crate::platform::fraction).ok_or_else(not_found)
}

/// True if nothing was learned about the services.
fn is_unknown(services: &(Announced, Announced)) -> bool {
    let nothing = |announced: &Announced| matches!(announced, Announced::Unknown | Announced::Nothing);
    nothing(&services.0)
        && nothing(&services.1)
        && (services.0 == Announced::Unknown || services.1 == Announced::Unknown)
}

/// What is announced of a service. One that may not be used is not asked for.
async fn announced(resolver: &Resolver, allowed: bool, name: String) -> Announced {
    if !allowed {
        return Announced::Nothing;
    }
    match tokio::time::timeout(super::ways::LOOK_UP, resolver.srv(&name)).await {
        Ok(Ok(records)) if records.iter().all(|record| record.host.is_empty()) => Announced::Refused,
        Ok(Ok(records)) => Announced::At(records.into_iter().filter(|record| !record.host.is_empty()).collect()),
        Ok(Err(LookupError::NotFound)) => Announced::Nothing,
        Ok(Err(LookupError::Failed(_))) | Err(_) => Announced::Unknown,
    }
}

/// None if there is nothing to be tried.
fn plan(
    direct: Announced,
    starttls: Announced,
    domain: &str,
    tls: TlsChoice,
    random: &mut dyn FnMut() -> f64,
) -> Option<Vec<Vec<Target>>> {
    let refused = starttls == Announced::Refused;
    let mut found = Vec::new();
    for (service, announced) in [(Service::Direct, direct), (Service::StartTls, starttls)] {
        if let Announced::At(records) = announced {
            found.extend(records.into_iter().map(|record| Target {
                service,
                priority: record.priority,
                weight: record.weight,
                host: record.host,
                port: record.port,
            }));
        }
    }
    if found.is_empty() && !refused && tls != TlsChoice::Direct {
        // Direct TLS has no usual port. A service that could not be asked for counts as not announced: who answers at the
        // usual port must show a certificate all the same.
        found.push(Target::only(Service::StartTls, domain, USUAL_PORT));
    }
    (!found.is_empty()).then(|| lanes(order(found, random)))
}

/// How a failed look-up of a host's addresses is told.
pub(super) fn address_error(error: LookupError, domain: &str) -> ConnectError {
    match error {
        LookupError::NotFound => ConnectError::ServerNotFound { domain: domain.to_owned() },
        LookupError::Failed(detail) => ConnectError::Unreachable { step: Step::LookingUp, detail },
    }
}

#[cfg(test)]
mod discover_tests {
    use super::*;

    fn at(host: &str, priority: u16) -> Announced {
        Announced::At(vec![SrvRecord { priority, weight: 0, host: host.to_owned(), port: 1 }])
    }

    fn planned(direct: Announced, starttls: Announced, tls: TlsChoice) -> Option<Vec<String>> {
        let lanes = plan(direct, starttls, "example.org", tls, &mut || 0.0)?;
        Some(lanes.into_iter().flatten().map(|t| format!("{:?} {}:{}", t.service, t.host, t.port)).collect())
    }

    #[test]
    fn what_is_announced_is_tried_and_nothing_else() {
        let both = planned(at("d", 0), at("s", 0), TlsChoice::Any);
        assert_eq!(both, Some(vec!["Direct d:1".to_owned(), "StartTls s:1".to_owned()]));
        assert_eq!(planned(at("d", 0), Announced::Nothing, TlsChoice::Any), Some(vec!["Direct d:1".to_owned()]));
        assert_eq!(planned(Announced::Nothing, at("s", 0), TlsChoice::Any), Some(vec!["StartTls s:1".to_owned()]));
    }

    #[test]
    fn without_announcements_the_usual_port_is_tried_with_starttls() {
        let usual = Some(vec!["StartTls example.org:5222".to_owned()]);
        assert_eq!(planned(Announced::Nothing, Announced::Nothing, TlsChoice::Any), usual);
        assert_eq!(planned(Announced::Refused, Announced::Nothing, TlsChoice::Any), usual);
        assert_eq!(planned(Announced::Nothing, Announced::Nothing, TlsChoice::Direct), None);
    }

    #[test]
    fn what_could_not_be_asked_counts_as_not_announced() {
        let usual = Some(vec!["StartTls example.org:5222".to_owned()]);
        assert_eq!(planned(Announced::Unknown, Announced::Unknown, TlsChoice::Any), usual);
        assert_eq!(planned(at("d", 0), Announced::Unknown, TlsChoice::Any), Some(vec!["Direct d:1".to_owned()]));
        assert!(is_unknown(&(Announced::Nothing, Announced::Unknown)));
        assert!(!is_unknown(&(Announced::Nothing, Announced::Nothing)));
        assert!(!is_unknown(&(at("d", 0), Announced::Unknown)));
    }

    #[test]
    fn a_domain_that_says_no_is_believed() {
        assert_eq!(planned(Announced::Refused, Announced::Refused, TlsChoice::Any), None);
        assert_eq!(planned(Announced::Nothing, Announced::Refused, TlsChoice::Any), None);
        assert_eq!(planned(at("d", 0), Announced::Refused, TlsChoice::Any), Some(vec!["Direct d:1".to_owned()]));
    }
}
