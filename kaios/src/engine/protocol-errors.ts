// The core's errors as they cross: an object with the error's name, and what a screen needs to say it.

export type EngineError =
  | { kind: 'serverNotFound'; domain: string }
  | { kind: 'serverUnreachable'; step: string }
  | { kind: 'certificateInvalid'; reason: string; fingerprint: string }
  | { kind: 'notXmpp'; detail: string }
  | { kind: 'answersRefused'; reason: string | null }
  | { kind: 'refused'; condition: string }
  | { kind: 'badValue'; field: string }
  | { kind: 'fileNotHere'; problem: string }
  | { kind: 'storeDamaged'; detail: string }
  | { kind: 'storeUnusable'; detail: string }
  | { kind: 'backupUnusable'; detail: string }
  | { kind: PlainErrorKind };

/** The errors that need nothing more than their name. */
export type PlainErrorKind =
  | 'wrongPassword'
  | 'accountDisabled'
  | 'noEncryption'
  | 'downgradeRefused'
  | 'serverNotGenuine'
  | 'registrationClosed'
  | 'formNeeded'
  | 'invitationRefused'
  | 'nameTaken'
  | 'timedOut'
  | 'offline'
  | 'badAddress'
  | 'noSuchAccount'
  | 'accountExists'
  | 'noSuchMessage'
  | 'noSuchChat'
  | 'fileUnreadable'
  | 'pictureUnusable'
  | 'notYours'
  | 'storeInUse'
  | 'storageFull'
  | 'storeTooNew'
  | 'storeExists'
  | 'notABackup'
  | 'backupDamaged'
  | 'backupTooNew'
  | 'wrongPassphrase'
  | 'cancelled'
  | 'keystoreUnusable'
  | 'closed';

export type ErrorKind = EngineError['kind'];
