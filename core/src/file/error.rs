//! Why a file is not taken.

/// What is wrong with a file, as what its owner can act on. None tells what stands in it, what it is called or where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Its bytes are not those that its sender meant: the tag or a hash is wrong. Fetch it again, or ask for it again.
    #[error("the file was changed on its way")]
    Changed,
    /// It is shorter or longer than it should be.
    #[error("the file has {got} bytes instead of {expected}")]
    WrongLength {
        /// The bytes that it should have.
        expected: u64,
        /// The bytes that it has.
        got: u64,
    },
    /// It is encrypted in a way that proves nothing, and no hash came along that could be checked.
    #[error("nothing tells whether the file is the one that was sent")]
    NotVerifiable,
    /// It is larger than can be encrypted under one key, in bytes.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// It is no picture of a format that is known here.
    #[error("the file is no picture that is known here")]
    NotAPicture,
    /// It says that it is a larger picture than is read.
    #[error("the picture is too large: {width} x {height} pixels")]
    PictureTooLarge {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// It begins as a picture and is none.
    #[error("the picture is damaged")]
    PictureDamaged,
}
