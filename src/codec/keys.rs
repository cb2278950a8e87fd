//! From the user's private keys to the TEA key of a block.
//!
//! The app is built with the server's public key. Each process makes a key pair and puts its public key in the
//! headers; plain ECDH on secp256k1 gives the secret that both sides know. A client key serves thousands of blocks,
//! so what it leads to is worked out once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use k256::elliptic_curve::{ecdh::diffie_hellman, sec1::ToSec1Point};
use k256::{PublicKey, SecretKey};

use super::tea::TeaKey;
use crate::xlog::header::ClientKey;

/// The server's private key, as the user gives it.
#[derive(Clone)]
pub struct PrivateKey(SecretKey);

/// Why a text is no private key. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not 64 hex digits.
    #[error("a private key is 64 hex digits; this one has {0} characters")]
    Length(usize),
    /// Some character is no hex digit.
    #[error("a private key is 64 hex digits; character {0} is not one")]
    Digit(usize),
    /// Zero, or not below the order of the curve.
    #[error("not a valid secp256k1 private key")]
    Range,
}

impl PrivateKey {
    /// Reads 64 hex digits; white space around them is passed over.
    pub fn parse(text: &str) -> Result<PrivateKey, KeyError> {
        let text = text.trim();
        if let Some(position) = text.chars().position(|c| !c.is_ascii_hexdigit()) {
            return Err(KeyError::Digit(position + 1));
        }
        if text.len() != 64 {
            return Err(KeyError::Length(text.len()));
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte =
                digits.iter().fold(0, |value, &digit| value << 4 | char::from(digit).to_digit(16).unwrap_or(0) as u8);
        }
        PrivateKey::from_bytes(&bytes)
    }

    /// The key with these bytes, big-endian. Random ones are a key but for one draw in 2^127.
    ///
    /// # Errors
    /// [`KeyError::Range`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<PrivateKey, KeyError> {
        SecretKey::from_slice(bytes).map(PrivateKey).map_err(|_| KeyError::Range)
    }

    /// The counterpart that the app is built with: x, then y, big-endian.
    pub fn public(&self) -> ClientKey {
        let point = self.0.public_key().to_sec1_point(false);
        let mut key = [0; 64];
        // Before the two stands a byte that says that both are there.
        key.iter_mut().zip(point.as_bytes().iter().skip(1)).for_each(|(to, from)| *to = *from);
        key
    }

    /// The key's 64 hex digits. For the one place where it is to be kept, never for messages.
    pub fn reveal(&self) -> String {
        hex(&self.0.to_bytes())
    }

    /// The TEA key shared with the owner of `client`; `None` if that is no point of the curve.
    fn shared_with(&self, client: &ClientKey) -> Option<TeaKey> {
        let mut sec1 = [4; 65];
        sec1[1..].copy_from_slice(client);
        let public = PublicKey::from_sec1_bytes(&sec1).ok()?;
        let secret = diffie_hellman(&self.0.to_nonzero_scalar(), public.as_affine());
        let secret: &[u8] = secret.raw_secret_bytes();
        Some(TeaKey::from_secret(secret.try_into().ok()?))
    }
}

impl std::fmt::Debug for PrivateKey {
    /// Says nothing of the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

/// Bytes as people write keys: two small hex digits each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keys as serde has them: in hex.
#[cfg(feature = "serde")]
pub fn serialize<S: serde::Serializer>(keys: &[ClientKey], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(keys.iter().map(|key| hex(key)))
}

/// All private keys of a run, and the secrets that they share with the clients so far.
///
/// Nothing else is remembered: which of them opens a block is asked of each block anew, so that what comes of a file
/// hangs on its bytes alone, and not on what was read before or is read at the same time.
#[derive(Debug, Default)]
pub struct KeyRing {
    private: Vec<PrivateKey>,
    clients: Mutex<HashMap<ClientKey, Arc<[TeaKey]>>>,
}

/// How many client keys are remembered: far more than a folder of logs has.
const MAX_CLIENTS: usize = 1 << 16;

/// The same private keys; what they share with the clients is worked out anew.
impl Clone for KeyRing {
    fn clone(&self) -> KeyRing {
        KeyRing::new(self.private.clone())
    }
}

impl KeyRing {
    /// A ring of these keys. None is fine: nothing opens then.
    pub fn new(private: Vec<PrivateKey>) -> KeyRing {
        KeyRing { private, clients: Mutex::default() }
    }

    /// Whether there is no private key on the ring.
    pub fn is_empty(&self) -> bool {
        self.private.is_empty()
    }

    /// The TEA keys that a block of this client may be encrypted with: one a private key, in the order of the ring.
    pub(crate) fn candidates(&self, client: &ClientKey) -> Arc<[TeaKey]> {
        if self.private.is_empty() {
            return Arc::default();
        }
        if let Some(known) = self.lock().get(client) {
            return known.clone();
        }
        let shared: Arc<[_]> = self.private.iter().filter_map(|private| private.shared_with(client)).collect();
        let mut clients = self.lock();
        if clients.len() < MAX_CLIENTS {
            clients.insert(*client, shared.clone());
        }
        shared
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClientKey, Arc<[TeaKey]>>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_keys_are_told_without_being_shown() {
        assert_eq!(PrivateKey::parse("ab").unwrap_err(), KeyError::Length(2));
        assert_eq!(PrivateKey::parse(&"x".repeat(64)).unwrap_err(), KeyError::Digit(1));
        assert_eq!(PrivateKey::parse(&"0".repeat(64)).unwrap_err(), KeyError::Range);
        assert_eq!(PrivateKey::parse(&"f".repeat(64)).unwrap_err(), KeyError::Range);
        assert_eq!(format!("{:?}", PrivateKey::parse(&"1".repeat(64)).unwrap()), "PrivateKey(..)");
    }

    /// The private key 1 has the curve's generator as its public one (SEC 2, 2.4.1).
    #[test]
    fn the_public_key_is_x_then_y() {
        let one = PrivateKey::parse(&format!("{:064x}", 1)).unwrap();
        let generator = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                         483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
        assert_eq!(hex(&one.public()), generator);
        assert_eq!(one.reveal(), format!("{:064x}", 1));
        assert_eq!(PrivateKey::from_bytes(&[0; 32]).unwrap_err(), KeyError::Range);
    }

    #[test]
    fn a_client_key_that_is_no_point_opens_nothing() {
        let ring = KeyRing::new(vec![PrivateKey::parse(&"1".repeat(64)).unwrap()]);
        assert!(ring.candidates(&[0; 64]).is_empty() && ring.candidates(&[7; 64]).is_empty());
    }

    #[test]
    fn secrets_are_worked_out_once_and_stay_in_order() {
        let [one, two, client] = ["2", "4", "3"].map(|digit| PrivateKey::parse(&digit.repeat(64)).unwrap());
        let ring = KeyRing::new(vec![one.clone(), two.clone()]);
        let shared = ring.candidates(&client.public());
        assert_eq!(*shared, [&one, &two].map(|private| private.shared_with(&client.public()).unwrap()));
        assert!(Arc::ptr_eq(&shared, &ring.candidates(&client.public())));
        assert!(KeyRing::default().candidates(&client.public()).is_empty());
    }
}
