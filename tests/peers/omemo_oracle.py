"""oldmemo and twomemo as somebody else's OMEMO: one JSON object a line on standard input, one a line on standard output.

Request {"id": 1, "cmd": "encrypt", ...}, answer {"id": 1, "ok": {...}} or {"id": 1, "error": {"kind": ..., "text": ...}}.
`create` makes a device of one version ("legacy", "omemo2"), which has one session with one other device. Bytes are hexadecimal,
keys as they stand on the wire. Logs go to standard error. The end of the input ends the program.
"""

import asyncio
import base64
import json
import logging
import sys
from xml.etree import ElementTree

import oldmemo
import oldmemo.etree
import twomemo
import twomemo.etree
from omemo.session import Initiation
from omemo.storage import Just, Nothing, Storage

OTHER = ("other@example.org", 2)
# Where a bundle's parts stand: the signed prekey and its id, the signature, the identity key, a prekey and its id.
NAMES = {
    "legacy": ("signedPreKeyPublic", "signedPreKeyId", "signedPreKeySignature", "identityKey", "preKeyPublic", "preKeyId"),
    "omemo2": ("spk", "id", "spks", "ik", "pk", "id"),
}


class Memory(Storage):
    """A store that ends with the program."""

    def __init__(self):
        super().__init__(disable_cache=True)
        self.values = {}

    async def _load(self, key):
        return Just(self.values[key]) if key in self.values else Nothing()

    async def _store(self, key, value):
        self.values[key] = value

    async def _delete(self, key):
        self.values.pop(key, None)


class Device:
    """One device; its methods are the commands."""

    async def create(self, request):
        self.version = request["version"]
        self.module = oldmemo if self.version == "legacy" else twomemo
        self.code = self.module.oldmemo if self.version == "legacy" else self.module.twomemo
        kind = self.code.Oldmemo if self.version == "legacy" else self.code.Twomemo
        self.backend = kind(Memory(), max_num_per_session_skipped_keys=2000)
        self.session = None
        await self.backend.generate_pre_keys(100)
        return await self.bundle(request)

    async def bundle(self, _):
        """The bundle as its own code writes it."""
        signed, signed_id, signature, identity, prekey, prekey_id = NAMES[self.version]
        element = self.module.etree.serialize_bundle(await self.backend.get_bundle("own@example.org", 1))
        space = "{" + self.backend.namespace + "}"
        content = lambda found: base64.b64decode(found.text).hex()
        found = element.find(space + signed)
        return {
            "signed_prekey": [int(found.get(signed_id)), content(found)],
            "signature": content(element.find(space + signature)),
            "identity": content(element.find(space + identity)),
            "prekeys": [[int(found.get(prekey_id)), content(found)] for found in element.iter(space + prekey)],
        }

    async def begin(self, request):
        """Begins a session with a bundle and encrypts the first message."""
        signed, signed_id, signature, identity, prekey, prekey_id = NAMES[self.version]
        space = "{" + self.backend.namespace + "}"
        bundle = request["bundle"]
        root = ElementTree.Element(space + "bundle")

        def add(parent, name, value, **attributes):
            element = ElementTree.SubElement(parent, space + name, attributes)
            element.text = base64.b64encode(bytes.fromhex(value)).decode() if value else None
            return element

        add(root, signed, bundle["signed_prekey"][1], **{signed_id: str(bundle["signed_prekey"][0])})
        add(root, signature, bundle["signature"])
        add(root, identity, bundle["identity"])
        keys = add(root, "prekeys", "")
        for number, key in bundle["prekeys"]:
            add(keys, prekey, key, **{prekey_id: str(number)})
        parsed = self.module.etree.parse_bundle(root, *OTHER)
        self.session, encrypted = await self.backend.build_session_active(*OTHER, parsed, self.material(request))
        return self.written(encrypted)

    async def encrypt(self, request):
        return self.written(await self.backend.encrypt_key_material(self.session, self.material(request)))

    async def decrypt(self, request):
        received = bytes.fromhex(request["bytes"])
        exchange = None
        if request["key_exchange"]:
            parse = self.code.KeyExchangeImpl.parse
            exchange, received = parse(received, False) if self.version == "legacy" else parse(received)
        encrypted = self.code.EncryptedKeyMaterialImpl.parse(received, *OTHER)
        known = self.session is not None and exchange is not None and self.session.key_exchange.builds_same_session(exchange)
        if exchange is None or known:
            material = await self.backend.decrypt_key_material(self.session, encrypted)
        else:
            self.session, material = await self.backend.build_session_passive(*OTHER, exchange, encrypted)
            await self.backend.hide_pre_key(self.session)
        # As after a restart: what is not stored is not there.
        await self.backend.store_session(self.session)
        self.session = await self.backend.load_session(*OTHER)
        return {"plaintext": (material.key + material.auth_tag).hex()}

    async def seal(self, request):
        """Encrypts a payload."""
        content, material = await self.backend.encrypt_plaintext(bytes.fromhex(request["text"]))
        iv = content.initialization_vector.hex() if self.version == "legacy" else ""
        return {"ciphertext": content.ciphertext.hex(), "iv": iv, "key": (material.key + material.auth_tag).hex()}

    async def open(self, request):
        """Decrypts a payload."""
        ciphertext, iv = bytes.fromhex(request["ciphertext"]), bytes.fromhex(request["iv"])
        content = self.code.ContentImpl(ciphertext, iv) if self.version == "legacy" else self.code.ContentImpl(ciphertext)
        material = self.material({"plaintext": request["key"]})
        return {"text": (await self.backend.decrypt_plaintext(content, material)).hex()}

    def material(self, request):
        plaintext = bytes.fromhex(request["plaintext"])
        kind = self.code.PlainKeyMaterialImpl
        return kind(plaintext[: kind.KEY_LENGTH], plaintext[kind.KEY_LENGTH :])

    def written(self, encrypted):
        """A message, as a key exchange until an answer was decrypted."""
        message = encrypted.serialize()
        waiting = self.session.initiation is Initiation.ACTIVE and not self.session.confirmed
        if waiting:
            message = self.session.key_exchange.serialize(message)
            message = message[0] if self.version == "legacy" else message
        return {"bytes": message.hex(), "key_exchange": waiting}


COMMANDS = ("create", "bundle", "begin", "encrypt", "decrypt", "seal", "open")


async def main():
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    device = Device()
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"id": request["id"]}
        try:
            if request["cmd"] not in COMMANDS:
                raise RuntimeError(f"there is no command {request['cmd']}")
            answer["ok"] = await getattr(device, request["cmd"])(request)
        except Exception as error:  # whatever it is, the test is told, and the program goes on
            answer["error"] = {"kind": type(error).__name__, "text": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


asyncio.run(main())
