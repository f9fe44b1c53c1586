//! Why something of OMEMO is refused. Nothing has changed when one of these is returned.

/// What was wrong, as what its owner can act on. None carries a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OmemoError {
    /// These bytes are not what their format allows.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// A public key with which every agreement has the same result: only an attacker sends one.
    #[error("a public key is one that no honest device has")]
    WeakKey,
    /// The bundle was not signed by its identity key.
    #[error("the signature of a bundle is wrong")]
    Signature,
    /// The bundle has no one-time prekey, which omemo:2 requires.
    #[error("a bundle has no one-time prekeys")]
    NoPrekeys,
    /// A key exchange made of a signed prekey that we do not have (any more): the session can only be begun anew.
    #[error("no signed prekey {0}")]
    UnknownSignedPrekey(u32),
    /// A key exchange made of a one-time prekey that we do not have (any more): the session can only be begun anew.
    #[error("no one-time prekey {0}")]
    UnknownPrekey(u32),
    /// A key exchange or a bundle of an identity key other than the one that this [`super::Device`] belongs to. Whether that
    /// other key is trusted is for people to decide; it has a record of its own.
    #[error("a key exchange is another identity's")]
    OtherIdentity,
    /// No session with this device can decrypt this, or encrypt: begin one.
    #[error("there is no session for this")]
    NoSession,
    /// A session's own message, but not as it was sent.
    #[error("a message was changed on its way")]
    Forged,
    /// This message was decrypted before: show nothing, heal nothing.
    #[error("a message came twice")]
    Duplicate,
    /// The key of this message was given up, because too many others were missing, or it was decrypted before: nobody can tell.
    #[error("the key of a message is gone")]
    Gone,
    /// More messages are missing before this one than keys are kept for.
    #[error("{0} messages are missing before a message")]
    TooFar(u32),
}
