"""OMEMO for slixmpp_peer.py, by the plugin slixmpp-omemo: which versions the device has is an option, and it trusts blindly.

The plugin says of itself that it has both versions, but encrypts legacy alone and reads no envelope (XEP-0420): "SCE not
supported yet". So legacy goes through the plugin as it is; with omemo:2 the envelope is written and read here, around the
plugin's keys, lists, bundles and sessions. With `as_shipped` nothing is added: both versions published, legacy written.
"""

import asyncio
import base64
import datetime
import json
import logging
import os
import sqlite3
import sys
from xml.etree import ElementTree

import oldmemo
import oldmemo.etree
import slixmpp
import twomemo
import twomemo.etree
from omemo.session_manager import MessageNotForUs
from omemo.storage import Just, Nothing, Storage
from slixmpp.plugins import register_plugin
from slixmpp_omemo import XEP_0384
from slixmpp_omemo import xep_0384 as shipped

LEGACY, OMEMO2 = oldmemo.oldmemo.NAMESPACE, twomemo.twomemo.NAMESPACE
NAMES = {"legacy": LEGACY, "omemo2": OMEMO2}
NODES = {LEGACY: shipped.OLDMEMO_DEVICE_LIST_NODE, OMEMO2: shipped.TWOMEMO_DEVICE_LIST_NODE}
CLIENT = "{jabber:client}"
SCE = "{urn:xmpp:sce:1}"
FALLBACK = "This message is OMEMO encrypted."


class Rows(Storage):
    """What the device keeps: in a file, or in memory without one."""

    def __init__(self, path):
        super().__init__(disable_cache=True)
        self.file = sqlite3.connect(path or ":memory:", isolation_level=None)
        self.file.execute("CREATE TABLE IF NOT EXISTS rows (name TEXT PRIMARY KEY, value TEXT) STRICT")

    async def _load(self, key):
        row = self.file.execute("SELECT value FROM rows WHERE name = ?", (key,)).fetchone()
        return Nothing() if row is None else Just(json.loads(row[0]))

    async def _store(self, key, value):
        self.file.execute("INSERT OR REPLACE INTO rows VALUES (?, ?)", (key, json.dumps(value)))

    async def _delete(self, key):
        self.file.execute("DELETE FROM rows WHERE name = ?", (key,))


class Omemo(XEP_0384):
    """The plugin with some of its versions."""

    default_config = {
        "fallback_message": FALLBACK, "versions": ["legacy", "omemo2"], "store": None, "as_shipped": False,
    }

    def plugin_init(self):
        self.rows = Rows(self.store)
        self.namespaces = [NAMES[name] for name in self.versions]
        self.order = asyncio.Lock()
        self.manager = None
        self.refreshed = set()
        super().plugin_init()
        for namespace in set(NODES) - set(self.namespaces):
            self.xmpp["xep_0163"].remove_interest(NODES[namespace])

    @property
    def storage(self):
        return self.rows

    @property
    def _btbv_enabled(self):
        return True

    async def _prompt_manual_trust(self, manually_trusted, identifier):
        raise RuntimeError("nobody is here to decide")

    def session_bind(self, jid):
        pass

    async def get_session_manager(self):
        if self.as_shipped:
            return await super().get_session_manager()
        if self.manager is None:
            self.manager = asyncio.ensure_future(self.make_manager())
        return await asyncio.shield(self.manager)

    async def make_manager(self):
        backends = {LEGACY: oldmemo.Oldmemo, OMEMO2: twomemo.Twomemo}
        manager = await shipped._make_session_manager(self.xmpp, self).create(
            [backends[namespace](self.rows) for namespace in self.namespaces], self.rows, self.xmpp.boundjid.bare,
            initial_own_label=None, undecided_trust_level_name="UNDECIDED",
        )
        await manager.ensure_data_consistency()
        await manager.after_history_sync()
        return manager

    async def _on_device_list_update(self, msg):
        if msg["pubsub_event"]["items"]["node"] in [NODES[namespace] for namespace in self.namespaces]:
            await super()._on_device_list_update(msg)

    async def refresh_device_lists(self, jids, force_download=False):
        """Asks once a session; after that, notifications tell."""
        manager = await self.get_session_manager()
        for jid in {jid.bare for jid in jids} - self.refreshed:
            for namespace in self.namespaces:
                await manager.refresh_device_list(namespace, jid)
            self.refreshed.add(jid)

    async def seal(self, stanza, outside):
        """Sends a message: what it says besides its body stands outside for legacy, and in the envelope for omemo:2."""
        async with self.order:
            to = slixmpp.JID(stanza["to"].bare)
            if OMEMO2 in self.namespaces and not self.as_shipped:
                sealed = await self.seal_both(stanza, to, outside)
            else:
                sealed, errors = await self.encrypt_message(stanza, to)
                self.note(errors)
                for element in outside:
                    sealed.append(element)
            sealed["id"] = stanza["id"]
            sealed.send()

    async def seal_both(self, stanza, to, outside):
        body = stanza["body"]
        plaintexts = {LEGACY: body.encode(), OMEMO2: self.envelope(body, outside)}
        await self.refresh_device_lists({to})
        manager = await self.get_session_manager()
        messages, errors = await manager.encrypt(
            frozenset({to.bare}), {namespace: plaintexts[namespace] for namespace in self.namespaces},
            backend_priority_order=[namespace for namespace in (OMEMO2, LEGACY) if namespace in self.namespaces],
        )
        self.note(errors)
        sealed = self.xmpp.make_message(mto=to, mbody=self.fallback_message, mtype="chat")
        sealed.enable("store")
        for message in messages:
            code = twomemo if message.namespace == OMEMO2 else oldmemo
            sealed.append(code.etree.serialize_message(message))
            if message.namespace == LEGACY:
                for element in outside:
                    sealed.append(element)
        return sealed

    def note(self, errors):
        for error in errors:
            logging.info("left out: %s", error)

    def envelope(self, body, outside):
        envelope = ElementTree.Element(SCE + "envelope")
        content = ElementTree.SubElement(envelope, SCE + "content")
        ElementTree.SubElement(content, CLIENT + "body").text = body
        content.extend(outside)
        ElementTree.SubElement(envelope, SCE + "rpad").text = base64.b64encode(os.urandom(48)).decode()
        ElementTree.SubElement(envelope, SCE + "from", jid=self.xmpp.boundjid.bare)
        now = datetime.datetime.now(datetime.timezone.utc)
        ElementTree.SubElement(envelope, SCE + "time", stamp=now.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return ElementTree.tostring(envelope)

    async def open(self, xml):
        """The message as it was meant, with how it was encrypted; None if it has no words."""
        async with self.order:
            if self.as_shipped or self.namespaces == [LEGACY]:
                # A client that knows legacy alone does not know the other's element; this plugin would stumble over it.
                for element in [] if self.as_shipped else xml.findall(f"{{{OMEMO2}}}encrypted"):
                    xml.remove(element)
                opened, device = await self.decrypt_message(slixmpp.Message(self.xmpp, xml=xml))
                return opened.xml, "omemo", device.device_id
            try:
                return await self.open_one(xml, OMEMO2)
            except MessageNotForUs:
                if LEGACY not in self.namespaces:
                    raise
                return await self.open_one(xml, LEGACY)

    async def open_one(self, xml, namespace):
        element = xml.find(f"{{{namespace}}}encrypted")
        if element is None:
            raise MessageNotForUs(f"nothing in {namespace}")
        manager, sender = await self.get_session_manager(), slixmpp.JID(xml.get("from")).bare
        if namespace == OMEMO2:
            message = twomemo.etree.parse_message(element, sender)
        else:
            message = await oldmemo.etree.parse_message(element, sender, self.xmpp.boundjid.bare, manager)
        plaintext, device, _ = await manager.decrypt(message)
        opened = ElementTree.Element(xml.tag, xml.attrib)
        if namespace == LEGACY:
            opened.extend([child for child in xml if child.tag != CLIENT + "body"])
            if plaintext is not None:
                ElementTree.SubElement(opened, CLIENT + "body").text = plaintext.decode()
        elif plaintext is not None:
            envelope = ElementTree.fromstring(plaintext)
            if slixmpp.JID(envelope.find(SCE + "from").get("jid")).bare != sender:
                raise RuntimeError("the envelope is somebody else's")
            opened.extend(envelope.find(SCE + "content"))
        return opened, "omemo2" if namespace == OMEMO2 else "omemo", device.device_id


Omemo.name = "xep_0384"
register_plugin(Omemo)


def attach(peer, options):
    """The peer encrypts from here on."""
    peer.register_plugin("xep_0384", options, module=sys.modules[__name__])
    return peer["xep_0384"]


def is_encrypted(xml):
    return any(xml.find(f"{{{namespace}}}encrypted") is not None for namespace in NODES)
