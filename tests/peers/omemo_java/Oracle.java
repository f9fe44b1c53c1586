/* signal-protocol-java 2.8.1, which Conversations carries, as somebody else's OMEMO: one JSON object a line on standard input,
 * one a line on standard output, as ../omemo_oracle.py says; legacy's keys and messages only, not its payloads.
 *
 * The library is under the GPL: this program is for tests alone, and no part of it ships. */

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whispersystems.libsignal.IdentityKey;
import org.whispersystems.libsignal.IdentityKeyPair;
import org.whispersystems.libsignal.SessionBuilder;
import org.whispersystems.libsignal.SessionCipher;
import org.whispersystems.libsignal.SignalProtocolAddress;
import org.whispersystems.libsignal.ecc.Curve;
import org.whispersystems.libsignal.ecc.ECPublicKey;
import org.whispersystems.libsignal.protocol.CiphertextMessage;
import org.whispersystems.libsignal.protocol.PreKeySignalMessage;
import org.whispersystems.libsignal.protocol.SignalMessage;
import org.whispersystems.libsignal.state.PreKeyBundle;
import org.whispersystems.libsignal.state.PreKeyRecord;
import org.whispersystems.libsignal.state.SignedPreKeyRecord;
import org.whispersystems.libsignal.state.impl.InMemorySignalProtocolStore;
import org.whispersystems.libsignal.util.KeyHelper;

/** One device, and its session with one other. Its store keeps sessions and prekeys as bytes: every step begins by reading them. */
final class Oracle {
    private static final SignalProtocolAddress OTHER = new SignalProtocolAddress("other@example.org", 2);
    private static final int PREKEYS = 100;
    private static final int SIGNED_PREKEY = 1;

    private final IdentityKeyPair identity = KeyHelper.generateIdentityKeyPair();
    private final InMemorySignalProtocolStore store = new InMemorySignalProtocolStore(identity, 1);
    /** How many sessions it has begun: each takes another prekey of a bundle. */
    private int begun;

    private Oracle() throws Exception {
        store.storeSignedPreKey(SIGNED_PREKEY, KeyHelper.generateSignedPreKey(identity, SIGNED_PREKEY));
        for (PreKeyRecord prekey : KeyHelper.generatePreKeys(1, PREKEYS)) {
            store.storePreKey(prekey.getId(), prekey);
        }
    }

    private String bundle() throws Exception {
        SignedPreKeyRecord signed = store.loadSignedPreKey(SIGNED_PREKEY);
        List<String> prekeys = new ArrayList<>();
        for (int id = 1; id <= PREKEYS; id++) {
            if (store.containsPreKey(id)) {
                prekeys.add(numbered(id, store.loadPreKey(id).getKeyPair().getPublicKey()));
            }
        }
        return "{\"signed_prekey\":" + numbered(SIGNED_PREKEY, signed.getKeyPair().getPublicKey())
            + ",\"signature\":\"" + hex(signed.getSignature())
            + "\",\"identity\":\"" + hex(identity.getPublicKey().serialize())
            + "\",\"prekeys\":[" + String.join(",", prekeys) + "]}";
    }

    /** Begins a session with a bundle and encrypts the first message. Each new session takes the next prekey of a bundle. */
    private String begin(String line) throws Exception {
        Numbered signed = keys(line, "signed_prekey").get(0);
        List<Numbered> prekeys = keys(line, "prekeys");
        Numbered prekey = prekeys.isEmpty() ? new Numbered(0, null) : prekeys.get(begun % prekeys.size());
        begun++;
        IdentityKey theirs = new IdentityKey(bytes(line, "identity"), 0);
        byte[] signature = bytes(line, "signature");
        PreKeyBundle bundle = new PreKeyBundle(
            1, OTHER.getDeviceId(), prekey.id, prekey.key, signed.id, signed.key, signature, theirs);
        new SessionBuilder(store, OTHER).process(bundle);
        return encrypt(line);
    }

    private String encrypt(String line) throws Exception {
        CiphertextMessage message = new SessionCipher(store, OTHER).encrypt(bytes(line, "plaintext"));
        boolean exchange = message.getType() == CiphertextMessage.PREKEY_TYPE;
        return "{\"bytes\":\"" + hex(message.serialize()) + "\",\"key_exchange\":" + exchange + "}";
    }

    private String decrypt(String line) throws Exception {
        SessionCipher cipher = new SessionCipher(store, OTHER);
        byte[] message = bytes(line, "bytes");
        boolean exchange = found(line, "key_exchange", "(true|false)").equals("true");
        byte[] plaintext =
            exchange ? cipher.decrypt(new PreKeySignalMessage(message)) : cipher.decrypt(new SignalMessage(message));
        return "{\"plaintext\":\"" + hex(plaintext) + "\"}";
    }

    /** A public key with its id: [7,"05..."]. */
    private static final class Numbered {
        final int id;
        final ECPublicKey key;

        Numbered(int id, ECPublicKey key) {
            this.id = id;
            this.key = key;
        }
    }

    private static List<Numbered> keys(String line, String name) throws Exception {
        String one = "\\[(\\d+),\"([0-9a-f]+)\"\\],?";
        Matcher key = Pattern.compile(one).matcher(found(line, name, "((?:" + one + ")|\\[(?:" + one + ")*\\])"));
        List<Numbered> keys = new ArrayList<>();
        while (key.find()) {
            keys.add(new Numbered(Integer.parseInt(key.group(1)), Curve.decodePoint(unhex(key.group(2)), 0)));
        }
        return keys;
    }

    /** What stands after a name. Requests are our own tests', and compact: a name is written in one way and once. */
    private static String found(String line, String name, String what) {
        Matcher found = Pattern.compile("\"" + name + "\":" + what).matcher(line);
        if (!found.find()) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return found.group(1);
    }

    private static byte[] bytes(String line, String name) {
        return unhex(found(line, name, "\"([0-9a-f]*)\""));
    }

    private static String numbered(int id, ECPublicKey key) {
        return "[" + id + ",\"" + hex(key.serialize()) + "\"]";
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] unhex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static String answer(Oracle device, String line) throws Exception {
        String command = found(line, "cmd", "\"([a-z]+)\"");
        switch (command) {
            case "create":
            case "bundle":
                return device.bundle();
            case "begin":
                return device.begin(line);
            case "encrypt":
                return device.encrypt(line);
            case "decrypt":
                return device.decrypt(line);
            default:
                throw new IllegalArgumentException("there is no command " + command);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Oracle device = new Oracle();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String answer;
            try {
                answer = "\"ok\":" + answer(device, line);
            } catch (Exception | AssertionError error) { // whatever it is, the test is told, and the program goes on
                String text = String.valueOf(error.getMessage()).replaceAll("[^ -~]|[\"\\\\]", " ");
                answer = "\"error\":{\"kind\":\"" + error.getClass().getSimpleName() + "\",\"text\":\"" + text + "\"}";
            }
            System.out.println("{\"id\":" + found(line, "id", "(\\d+)") + "," + answer + "}");
        }
    }
}
