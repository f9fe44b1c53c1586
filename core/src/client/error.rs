//! What can go wrong, as far as a person can do something about it.

/// Why a call, an account or a message failed. Each variant has what a screen needs to say it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, ts_rs::TS),
    serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase"),
    ts(rename = "EngineError")
)]
pub enum Error {
    /// The server refused the password. The account waits for a new one.
    #[error("the password is wrong")]
    WrongPassword,
    /// The server says that the account is switched off.
    #[error("the account is disabled on its server")]
    AccountDisabled,
    /// There is no server for this domain.
    #[error("no server was found for {domain}")]
    ServerNotFound {
        /// The domain.
        domain: String,
    },
    /// The server did not answer, or the network is gone.
    #[error("the server cannot be reached ({step})")]
    ServerUnreachable {
        /// In which step: looking up, connecting, securing, opening, signing in.
        step: String,
    },
    /// The server's certificate is not acceptable; a person may look at it and pin it.
    #[error("the server's certificate is not valid: {reason}")]
    CertificateInvalid {
        /// Why.
        reason: String,
        /// SHA-256 of the certificate, lower-case hexadecimal.
        fingerprint: String,
    },
    /// The server offers no encryption. Nothing was sent.
    #[error("the server offers no encryption")]
    NoEncryption,
    /// The server now offers only weaker ways to sign in than before. No password was sent.
    #[error("the server offers only a weaker login than before")]
    DowngradeRefused,
    /// The server could not prove that it knows the password.
    #[error("the server could not prove that it is genuine")]
    ServerNotGenuine,
    /// The server speaks something else, or breaks the rules of XMPP.
    #[error("the server does not speak XMPP as it should: {detail}")]
    NotXmpp {
        /// What was wrong, without quoting.
        detail: String,
    },
    /// The server does not accept new accounts from an app.
    #[error("the server does not let apps create accounts")]
    RegistrationClosed,
    /// The server asks for more than a name and a password: fetch its form and show it.
    #[error("the server asks for more than a name and a password")]
    FormNeeded,
    /// The server does not accept what was answered in its form (a captcha, for example): fetch a new one.
    #[error("the server does not accept the answers")]
    AnswersRefused {
        /// What the server says of it, in its own words and language.
        reason: Option<String>,
    },
    /// The invitation is unknown, used, or too old.
    #[error("the invitation cannot be used")]
    InvitationRefused,
    /// That name is taken, or not allowed.
    #[error("this name is taken or not allowed")]
    NameTaken,
    /// The server refused what was asked, by this stanza error condition (RFC 6120 section 8.3.3).
    #[error("the server refused: {condition}")]
    Refused {
        /// The condition's name.
        condition: String,
    },
    /// The server took too long to answer.
    #[error("the server did not answer in time")]
    TimedOut,
    /// This needs a connection, and there is none now.
    #[error("there is no connection")]
    Offline,
    /// Not an address.
    #[error("this is not a valid address")]
    BadAddress,
    /// A value that cannot be used.
    #[error("{field} cannot be used")]
    BadValue {
        /// Which.
        field: String,
    },
    /// No such account here.
    #[error("there is no such account")]
    NoSuchAccount,
    /// The account is here already.
    #[error("the account is already here")]
    AccountExists,
    /// No such message.
    #[error("there is no such message")]
    NoSuchMessage,
    /// No such chat.
    #[error("there is no such chat")]
    NoSuchChat,
    /// No such file, or it cannot be read.
    #[error("this file cannot be read")]
    FileUnreadable,
    /// A picture that is damaged, too large, or of a kind that is not read here: as it is, it may tell where it was taken. It can
    /// be sent as it is.
    #[error("this picture cannot be freed of what it tells about its place and time")]
    PictureUnusable,
    /// A file was not brought over.
    #[error("the file could not be brought over ({problem})")]
    FileNotHere {
        /// The name of the reason (see [`crate::model::attachment::FileProblem`]).
        problem: String,
    },
    /// Only one's own messages can be changed.
    #[error("only your own messages can be changed")]
    NotYours,
    /// Another process has this store, or keeps its database locked. Nothing was changed.
    #[error("another program is using this store")]
    StoreInUse,
    /// The disk is full. Nothing that was stored is lost; what was asked was not done.
    #[error("there is no space left on this device")]
    StorageFull,
    /// The database is damaged; it was left as it is. It can be set aside ([`super::Client::set_aside`]): after signing in
    /// again, what the server's archive has comes back.
    #[error(
        "the database is damaged ({detail}) and was left as it is; \
         set it aside and sign in again to get back what the server has"
    )]
    StoreDamaged {
        /// What SQLite says of it.
        detail: String,
    },
    /// The database was written by a newer Larimar.
    #[error("the database was written by a newer version")]
    StoreTooNew,
    /// There is a store, or are files of one, where one was to be restored. Nothing was overwritten.
    #[error("there is something in this folder already")]
    StoreExists,
    /// The file is no backup.
    #[error("this is not a backup")]
    NotABackup,
    /// The backup is cut off, or was changed since it was written. Nothing was restored.
    #[error("the backup is damaged or not whole")]
    BackupDamaged,
    /// The backup was written by a newer Larimar. Nothing was restored.
    #[error("the backup was written by a newer version")]
    BackupTooNew,
    /// The passphrase is not the one that the backup was made with. Nothing was restored.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The backup's file cannot be read or written.
    #[error("the backup cannot be used: {detail}")]
    BackupUnusable {
        /// What the system says.
        detail: String,
    },
    /// Somebody cancelled it.
    #[error("it was cancelled")]
    Cancelled,
    /// The folder or its files cannot be written.
    #[error("the store cannot be used: {detail}")]
    StoreUnusable {
        /// What the system says.
        detail: String,
    },
    /// The platform's keystore is locked or refuses.
    #[error("the keystore cannot be used")]
    KeystoreUnusable,
    /// The engine has ended.
    #[error("Larimar was closed")]
    Closed,
}

impl Error {
    /// The variant's name, for programs.
    pub fn kind(&self) -> String {
        let shown = format!("{self:?}");
        shown.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
    }
}
