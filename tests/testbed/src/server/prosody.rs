//! Prosody's configuration.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::options::{Mechanisms, Options, ScramHash};
use super::{Ports, ServerKind, programs};
use crate::error::{Context, Result};
use crate::folder::Folder;
use crate::push_service::SECRET;

/// Our module inside Prosody: accounts and what else only the server itself can do.
const TESTBED_MODULE: &str = include_str!("mod_testbed.lua");

/// Host-meta (XEP-0156) for the version that has no module for it.
const HOST_META_MODULE: &str = include_str!("mod_testbed_host_meta.lua");

/// Everything that every server has.
const MODULES: &[&str] = &[
    "disco",
    "roster",
    "saslauth",
    "tls",
    "dialback",
    "posix",
    "ping",
    "time",
    "version",
    "offline",
    "private",
    "bookmarks",
    "carbons",
    "csi_simple",
    "blocklist",
    "pep",
    "vcard4",
    "vcard_legacy",
    "cloud_notify",
    "user_account_management",
    "http",
    "testbed",
];

pub(super) fn command(kind: ServerKind, folder: &Folder) -> Result<Command> {
    let mut command = programs::command(kind, "/usr/bin/prosody")?;
    command.arg("--config").arg(folder.join("prosody.cfg.lua")).arg("-F").current_dir(folder.path());
    Ok(command)
}

pub(super) fn configure(kind: ServerKind, options: &Options, ports: &Ports, folder: &Folder) -> Result<()> {
    for name in ["data", "modules", "certs"] {
        std::fs::create_dir_all(folder.join(name)).context("making Prosody's folders")?;
    }
    folder.write("modules/mod_testbed.lua", TESTBED_MODULE)?;
    folder.write("modules/mod_testbed_host_meta.lua", HOST_META_MODULE)?;
    folder.write("no-anchors", "")?;
    let mut text = global(kind, options, ports, folder.path());
    for domain in &options.domains {
        let _ = write!(text, "{}", host(domain, options));
    }
    if options.push_service {
        let _ = write!(text, "Component \"push.{}\"\n    component_secret = {SECRET:?}\n", options.domains[0]);
    }
    if !options.domains.iter().any(|domain| domain == "localhost") {
        // Only so that HTTPS answers to this name as well: the names of tests are in no DNS.
        text.push_str("\nVirtualHost \"localhost\"\n    authentication = \"anonymous\"\n");
    }
    folder.write("prosody.cfg.lua", text)?;
    Ok(())
}

fn global(kind: ServerKind, options: &Options, ports: &Ports, folder: &Path) -> String {
    let folder = folder.display();
    let modules: Vec<String> = modules(kind, options).iter().map(|module| format!("{module:?}")).collect();
    let hash = match options.scram_hash {
        None | Some(ScramHash::Sha1) => "SHA-1",
        Some(ScramHash::Sha256 | ScramHash::Sha512) => "SHA-256",
    };
    let mut text = format!(
        r#"-- Written by Larimar's testbed.
run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
plugin_paths = {{ "{folder}/modules" }}
log = {{ {{ levels = {{ min = "info" }}, to = "console", timestamps = "%H:%M:%S" }} }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {starttls} }}
c2s_direct_tls_ports = {{ {direct_tls} }}
s2s_ports = {{ {federation} }}
s2s_direct_tls_ports = {{ }}
http_ports = {{ {admin} }}
https_ports = {{ {https} }}
http_interfaces = {{ "127.0.0.1" }}
http_default_host = "{domain}"
http_external_url = "{files}"
ssl = {{ key = "{folder}/server.key", certificate = "{folder}/server.crt", cafile = "{folder}/ca.pem" }}
https_certificate = "{folder}/server.crt"
-- Nobody listens on loopback: a page of this machine may speak WebSocket without TLS.
consider_websocket_secure = true
c2s_require_encryption = true
s2s_secure_auth = true
authentication = "internal_hashed"
password_hash = "{hash}"
storage = "sql"
sql = {{ driver = "SQLite3", database = "{folder}/data/prosody.sqlite" }}
allow_registration = {registration}
registration_invite_only = {invitations}
max_archive_query_results = {page_limit}
archive_expires_after = "never"
default_archive_policy = true
smacks_hibernation_time = {hibernation}
smacks_max_hibernated_sessions = 100
smacks_max_unacked_stanzas = 0
modules_enabled = {{ {modules} }}
"#,
        starttls = ports.starttls.number(),
        direct_tls = ports.direct_tls.number(),
        federation = ports.federation.number(),
        admin = ports.admin.number(),
        https = ports.https.number(),
        files = if options.plain_uploads {
            format!("http://localhost:{}/", ports.admin.number())
        } else {
            format!("https://localhost:{}/", ports.https.number())
        },
        domain = options.domains[0],
        registration = options.registration || options.invitations,
        invitations = options.invitations,
        page_limit = options.page_limit,
        hibernation = options.hibernation.as_secs(),
        modules = modules.join(", "),
    );
    if options.push_service {
        let _ = writeln!(text, "component_ports = {{ {} }}", ports.component.number());
    }
    if let Some(list) = disabled_mechanisms(options.mechanisms) {
        let _ = writeln!(text, "disable_sasl_mechanisms = {{ {list} }}");
    }
    text.push_str(&resolver(options.name_server_port(), &folder.to_string()));
    text.push_str(&options.extra);
    text
}

/// Prosody asks by libunbound, which asks no server on loopback, and answers for `test.` itself, unless it is told. Without a
/// trust anchor nothing is checked by DNSSEC; that option must be a file.
fn resolver(port: u16, folder: &str) -> String {
    format!(
        "unbound = {{ resolvconf = false, hoststxt = false, trustfile = \"{folder}/no-anchors\", \
         forward = {{ \"127.0.0.1@{port}\" }}, \
         options = {{ [\"do-not-query-localhost:\"] = \"no\", [\"local-zone:\"] = \"test. transparent\" }} }}\n"
    )
}

fn modules(kind: ServerKind, options: &Options) -> Vec<&'static str> {
    let mut modules = MODULES.to_vec();
    let optional: [(bool, &[&'static str]); 6] = [
        (options.invitations, &["invites", "invites_register"]),
        (options.archive, &["mam"]),
        (options.stream_management, &["smacks"]),
        (options.registration || options.invitations, &["register_ibr"]),
        (options.websocket, &["websocket"]),
        (kind.is_newer() && options.sasl2, &["sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast"]),
    ];
    for (wanted, names) in optional {
        if wanted {
            modules.extend_from_slice(names);
        }
    }
    if options.websocket {
        modules.push(if kind.is_newer() { "http_altconnect" } else { "testbed_host_meta" });
    }
    modules
}

fn disabled_mechanisms(mechanisms: Mechanisms) -> Option<&'static str> {
    match mechanisms {
        Mechanisms::All => None,
        Mechanisms::ScramOnly => Some(r#""PLAIN", "DIGEST-MD5", "OAUTHBEARER""#),
        Mechanisms::ScramWithoutPlus => {
            Some(r#""PLAIN", "DIGEST-MD5", "OAUTHBEARER", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS""#)
        }
        Mechanisms::PlainOnly => Some(
            r#""DIGEST-MD5", "OAUTHBEARER", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS""#,
        ),
    }
}

fn host(domain: &str, options: &Options) -> String {
    let mam = if options.archive { r#""muc_mam""# } else { "" };
    format!(
        r#"
VirtualHost "{domain}"
Component "conference.{domain}" "muc"
    modules_enabled = {{ {mam} }}
    restrict_room_creation = "local"
    muc_log_by_default = true
Component "upload.{domain}" "http_file_share"
    http_host = "localhost"
    http_paths = {{ file_share = "/upload/{domain}" }}
    http_file_share_size_limit = 100 * 1024 * 1024
    http_file_share_daily_quota = 100 * 1024 * 1024 * 1024
"#
    )
}
