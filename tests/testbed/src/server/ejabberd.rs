//! ejabberd's configuration.
//!
//! It runs without Erlang's distribution, so that no port mapper (epmd) is started that would stay behind. Everything that can
//! be is kept in SQLite, one file a domain: Mnesia fills quadratically, and loses its last writes when it is killed.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::options::{Mechanisms, Options, ScramHash};
use super::{Ports, ServerKind, programs};
use crate::error::{Context, Error, Result};
use crate::folder::Folder;
use crate::push_service::SECRET;

/// Draws a captcha: a picture of one grey point, and behind its end, where no reader of pictures looks, what it says.
const CAPTCHA: &str = r#"#!/bin/sh
printf '\211\120\116\107\015\012\032\012\000\000\000\015\111\110\104\122'
printf '\000\000\000\001\000\000\000\001\010\000\000\000\000\072\176\233\125'
printf '\000\000\000\012\111\104\101\124\170\332\143\150\000\000\000\202\000'
printf '\201\332\105\010\073\000\000\000\000\111\105\116\104\256\102\140\202'
printf '%s' "$1"
"#;

pub(super) fn command(kind: ServerKind, folder: &Folder) -> Result<Command> {
    let mut command = programs::command(kind, "/usr/bin/erl")?;
    let libraries = libraries(kind)?;
    let path = folder.path().display();
    command
        .args(["-noinput", "-mnesia", "dir"])
        .arg(format!("\"{path}/mnesia\""))
        .args(["-s", "ejabberd"])
        .current_dir(folder.path())
        .env("ERL_LIBS", libraries)
        .env("HOME", folder.path())
        .env("EJABBERD_CONFIG_PATH", folder.join("ejabberd.yml"))
        .env("EJABBERD_LOG_PATH", folder.join("ejabberd.log"))
        .env("ERL_INETRC", folder.join("inetrc"))
        // No dump of a killed virtual machine, and no more threads than a test needs.
        .env("ERL_CRASH_DUMP_BYTES", "0")
        .env("ERL_FLAGS", "+S 2:2 +A 2 +sbwt none +sbwtdcpu none +sbwtdio none");
    Ok(command)
}

/// The folder that holds ejabberd's own folder, seen from its root; it depends on the machine's architecture.
fn libraries(kind: ServerKind) -> Result<PathBuf> {
    let root = programs::root(kind)?;
    let folders = fs::read_dir(root.join("usr/lib")).context("looking for ejabberd")?;
    let holds = |folder: &Path| {
        let mut inside = fs::read_dir(folder).into_iter().flatten().flatten();
        inside.any(|entry| entry.file_name().to_string_lossy().starts_with("ejabberd-"))
    };
    let found = folders.flatten().map(|entry| entry.path()).find(|folder| holds(folder));
    let found = found.ok_or_else(|| Error::Missing { what: "ejabberd".to_owned(), part: "servers" })?;
    Ok(Path::new("/").join(found.strip_prefix(&root).unwrap_or(&found)))
}

pub(super) fn configure(kind: ServerKind, options: &Options, ports: &Ports, folder: &Folder) -> Result<()> {
    for name in ["mnesia", "data", "upload"] {
        fs::create_dir_all(folder.join(name)).context("making ejabberd's folders")?;
    }
    let resolver = "{lookup, [file, dns]}.\n{resolv_conf, \"\"}.\n{hosts_file, \"\"}.\n";
    folder.write("inetrc", format!("{resolver}{{nameserver, {{127,0,0,1}}, {}}}.\n", options.name_server_port()))?;
    let mut text = global(options, ports, folder.path());
    text.push_str("modules:\n");
    for line in modules(kind, options, ports, folder.path()) {
        let _ = writeln!(text, "  {line}");
    }
    if options.captcha {
        let program = folder.write("captcha", CAPTCHA)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).context("making the captcha's program")?;
        let _ = writeln!(text, "captcha_cmd: \"{}\"", program.display());
    }
    text.push_str(&options.extra);
    folder.write("ejabberd.yml", text)?;
    Ok(())
}

fn global(options: &Options, ports: &Ports, folder: &Path) -> String {
    let folder = folder.display();
    let hosts: Vec<String> = options.domains.iter().map(|domain| format!("{domain:?}")).collect();
    let websocket = if options.websocket { "/ws: ejabberd_http_ws" } else { "/no-websocket: mod_http_api" };
    let mut text = format!(
        r#"# Written by Larimar's testbed.
hosts: [{hosts}]
loglevel: info
certfiles: ["{folder}/server.pem"]
ca_file: "{folder}/ca.pem"
acme: {{auto: false}}
s2s_use_starttls: required
# Without it, what goes to a server that could not be reached is refused for up to five minutes.
s2s_max_retry_delay: 1
registration_timeout: infinity
default_db: sql
sql_type: sqlite
auth_method: [sql]
{passwords}
disable_sasl_mechanisms: [{disabled}]
access_rules:
  register: [{{{register}: all}}]
  local: [{{allow: local}}]
acl: {{local: {{user_regexp: ""}}}}
api_permissions:
  testbed: {{from: [mod_http_api], who: all, what: "*"}}
listen:
  - {{port: {starttls}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: true, starttls_required: true, max_stanza_size: 262144}}
  - {{port: {direct_tls}, ip: "127.0.0.1", module: ejabberd_c2s, tls: true, max_stanza_size: 262144}}
  - {{port: {federation}, ip: "127.0.0.1", module: ejabberd_s2s_in, max_stanza_size: 524288}}
  - {{port: {admin}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
  - port: {https}
    ip: "127.0.0.1"
    module: ejabberd_http
    tls: true
    request_handlers:
      {websocket}
      {captcha}
      /upload: mod_http_upload
      /.well-known/host-meta: mod_host_meta
      /.well-known/host-meta.json: mod_host_meta
{service}
host_config:
"#,
        hosts = hosts.join(", "),
        service = if options.push_service {
            let (port, domain) = (ports.component.number(), &options.domains[0]);
            let hosts = format!("{{\"push.{domain}\": {{password: {SECRET:?}}}}}");
            format!("  - {{port: {port}, ip: \"127.0.0.1\", module: ejabberd_service, hosts: {hosts}}}")
        } else {
            String::new()
        },
        captcha = if options.captcha { "/captcha: ejabberd_captcha" } else { "/no-captcha: mod_http_api" },
        passwords = passwords(options.scram_hash),
        disabled = disabled_mechanisms(options.mechanisms),
        register = if options.registration { "allow" } else { "deny" },
        starttls = ports.starttls.number(),
        direct_tls = ports.direct_tls.number(),
        federation = ports.federation.number(),
        admin = ports.admin.number(),
        https = ports.https.number(),
    );
    for domain in &options.domains {
        let _ = writeln!(text, "  {domain:?}: {{sql_database: \"{folder}/data/{domain}.sqlite\"}}");
    }
    text
}

/// A server that keeps passwords as they are offers every variant of SCRAM.
fn passwords(hash: Option<ScramHash>) -> &'static str {
    match hash {
        None => "auth_password_format: plain",
        Some(ScramHash::Sha1) => "auth_password_format: scram\nauth_scram_hash: sha",
        Some(ScramHash::Sha256) => "auth_password_format: scram\nauth_scram_hash: sha256",
        Some(ScramHash::Sha512) => "auth_password_format: scram\nauth_scram_hash: sha512",
    }
}

fn disabled_mechanisms(mechanisms: Mechanisms) -> String {
    const PLUS: &[&str] = &["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS"];
    const SCRAM: &[&str] = &["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"];
    let mut names = vec!["DIGEST-MD5", "X-OAUTH2"];
    match mechanisms {
        Mechanisms::All => {}
        Mechanisms::ScramOnly => names.push("PLAIN"),
        Mechanisms::ScramWithoutPlus => names.extend([&["PLAIN"], PLUS].concat()),
        Mechanisms::PlainOnly => names.extend([SCRAM, PLUS].concat()),
    }
    names.join(", ")
}

fn modules(kind: ServerKind, options: &Options, ports: &Ports, folder: &Path) -> Vec<String> {
    let https = ports.https.number();
    let folder = folder.display();
    let words = [
        "mod_adhoc",
        "mod_admin_extra",
        "mod_avatar",
        "mod_blocking",
        "mod_caps",
        "mod_carboncopy",
        "mod_client_state",
        "mod_disco",
        "mod_http_api",
        "mod_last",
        "mod_offline",
        "mod_ping",
        "mod_privacy",
        "mod_private",
        "mod_push",
        "mod_s2s_dialback",
        "mod_vcard_xupdate",
        "mod_version",
    ];
    let mut lines: Vec<String> = words.iter().map(|word| format!("{word}: {{}}")).collect();
    lines.push("mod_roster: {versioning: true}".to_owned());
    lines.push("mod_vcard: {search: false}".to_owned());
    lines.push("mod_pubsub: {plugins: [flat, pep]}".to_owned());
    let room_archive = if options.archive { ", default_room_options: {mam: true}" } else { "" };
    lines.push(format!("mod_muc: {{access_create: local{room_archive}}}"));
    lines.push(format!(
        "mod_http_upload: {{put_url: \"https://localhost:{https}/upload/@HOST@\", docroot: \"{folder}/upload/@HOST@\", max_size: 104857600, \
             custom_headers: {{\"Access-Control-Allow-Origin\": \"*\", \"Access-Control-Allow-Methods\": \"GET, PUT, OPTIONS\", \
             \"Access-Control-Allow-Headers\": \"Content-Type\"}}}}"
    ));
    lines.push(format!(
        "mod_register: {{access: register, ip_access: all, welcome_message: {{}}, captcha_protected: {}}}",
        options.captcha
    ));
    if options.archive {
        lines.push("mod_mam: {default: always, assume_mam_usage: true}".to_owned());
    }
    if options.stream_management {
        let seconds = options.hibernation.as_secs();
        lines.push(format!(
            "mod_stream_mgmt: {{resend_on_timeout: if_offline, resume_timeout: {seconds}, max_resume_timeout: {seconds}}}"
        ));
    }
    if options.websocket {
        lines.push(format!(
            "mod_host_meta: {{bosh_service_url: undefined, websocket_url: \"wss://localhost:{https}/ws\"}}"
        ));
    }
    if kind.is_newer() && options.sasl2 {
        lines.push("mod_auth_fast: {}".to_owned());
    }
    lines
}
