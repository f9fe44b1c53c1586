//! Faults: two people write to each other without a pause while their connections are cut, stalled and slowed, or their
//! processes killed. Afterwards the servers' archives, the stores and the timelines of both agree: nothing is lost, doubled
//! or in another order.
//!
//! `LARIMAR_FULL=1` runs the long form, `LARIMAR_SEED=n` repeats a run: each prints its seed.

#![allow(clippy::unwrap_used, reason = "what is missing in a story fails it")]

mod checks;
mod cuts;
mod keys;
mod kills;
mod person;
mod random;
mod report;
mod restarts;
mod world;

use larimar_testbed::ServerKind;

use world::Plan;

/// What the servers share among them: cuts and kills, in CI and in the long form.
const CUTS: [u32; 2] = [200, 1_000];
const KILLS: [u32; 2] = [100, 500];
/// The same of conversations that are encrypted.
const ENCRYPTED_CUTS: [u32; 2] = [80, 1_000];
const ENCRYPTED_KILLS: [u32; 2] = [40, 500];
/// Cuts that the pairs of servers share among them.
const CUTS_BETWEEN_SERVERS: [u32; 2] = [20, 200];

macro_rules! on_servers {
    ($($story:ident: $run:path, $plan:path, $all:expr;)+) => {$(
        mod $story {
            #[allow(non_snake_case, reason = "the tests are named as the servers are")]
            mod on {
                use super::super::*;
                #[test]
                fn Prosody12() {
                    $run($plan(ServerKind::Prosody12, $all));
                }
                #[test]
                fn Ejabberd23() {
                    $run($plan(ServerKind::Ejabberd23, $all));
                }
                #[test]
                fn Prosody13() {
                    $run($plan(ServerKind::Prosody13, $all));
                }
                #[test]
                fn Ejabberd24() {
                    $run($plan(ServerKind::Ejabberd24, $all));
                }
            }
        }
    )+};
}

on_servers! {
    nothing_is_lost_when_connections_die: cuts::run, Plan::new, CUTS;
    nothing_is_lost_when_processes_die: kills::run, Plan::new, KILLS;
    nothing_encrypted_is_lost_when_connections_die: cuts::run, Plan::encrypted, ENCRYPTED_CUTS;
    nothing_encrypted_is_lost_when_processes_die: kills::run, Plan::encrypted, ENCRYPTED_KILLS;
}

mod nothing_is_lost_between_servers {
    #[allow(non_snake_case, reason = "the tests are named as the servers are")]
    mod between {
        use super::super::*;
        #[test]
        fn Prosody12_and_Ejabberd23() {
            let (one, two) = (ServerKind::Prosody12, ServerKind::Ejabberd23);
            restarts::run(Plan::between(one, two, CUTS_BETWEEN_SERVERS));
        }
        #[test]
        fn Prosody13_and_Ejabberd24() {
            let (one, two) = (ServerKind::Prosody13, ServerKind::Ejabberd24);
            restarts::run(Plan::between(one, two, CUTS_BETWEEN_SERVERS));
        }
    }
}
