"""slixmpp as somebody else's client: one JSON object a line on standard input, one a line on standard output.

Request {"id": 1, "cmd": "send", ...}, answer {"id": 1, "ok": {...}} or {"id": 1, "error": {"kind": ..., "text": ...}}.
Events have no id: {"event": "message", ...} for each message, {"event": "presence", ...}, {"event": "disconnected"}.
With the option "omemo" it encrypts (slixmpp_omemo_peer.py): {"event": "opened" or "sealed", ...} tells what it could read.
Logs go to standard error. The end of the input ends the program.
"""

import asyncio
import base64
import copy
import json
import logging
import os
import ssl
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

import slixmpp
from json_lines import begin, write
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream import tostring

PLUGINS = [
    "xep_0004", "xep_0030", "xep_0045", "xep_0054", "xep_0059", "xep_0060", "xep_0084", "xep_0085", "xep_0115", "xep_0153",
    "xep_0163", "xep_0172", "xep_0184", "xep_0191", "xep_0198", "xep_0199", "xep_0203", "xep_0280", "xep_0308", "xep_0313",
    "xep_0333", "xep_0334", "xep_0359", "xep_0424", "xep_0428", "xep_0444", "xep_0461", "xep_0490",
]
REPLACE = "{urn:xmpp:message-correct:0}replace"
REACTIONS = "{urn:xmpp:reactions:0}reactions"
RETRACT = "{urn:xmpp:message-retract:1}retract"
REPLY = "{urn:xmpp:reply:0}reply"
RECEIVED = "{urn:xmpp:receipts}received"
CARBONS = "{urn:xmpp:carbons:2}"
MARKERS = "{urn:xmpp:chat-markers:0}"
STATES = "{http://jabber.org/protocol/chatstates}"
STANZA_ID = "{urn:xmpp:sid:0}stanza-id"
CLIENT = "{jabber:client}"
OOB = "{jabber:x:oob}"
UPLOAD = "{urn:xmpp:http:upload:0}"


def describe(message):
    """What a test asks of a message (an XML element), as plain fields."""
    fields = {name: message.get(name) for name in ("from", "to", "id", "type")}
    fields["body"] = message.findtext(CLIENT + "body")
    fields["stanza_ids"] = {element.get("by"): element.get("id") for element in message.findall(STANZA_ID)}
    for name, path, attribute in (
        ("replaces", REPLACE, "id"), ("retracts", RETRACT, "id"), ("replies_to", REPLY, "id"), ("receipt_for", RECEIVED, "id"),
        ("displayed", MARKERS + "displayed", "id"),
    ):
        element = message.find(path)
        fields[name] = None if element is None else element.get(attribute)
    reactions = message.find(REACTIONS)
    fields["reacts_to"] = None if reactions is None else reactions.get("id")
    fields["emojis"] = [] if reactions is None else [element.text for element in reactions]
    fields["oob"] = message.findtext(f"{OOB}x/{OOB}url")
    states = [child.tag.removeprefix(STATES) for child in message if child.tag.startswith(STATES)]
    fields["chat_state"] = states[0] if states else None
    return fields


class Peer(slixmpp.ClientXMPP):
    """One session of one account."""

    def __init__(self, options):
        super().__init__(options["jid"], options["password"])
        self.ca_certs = Path(options["ca"]) if options.get("ca") else None
        self.enable_direct_tls = options.get("tls", "direct") == "direct"
        self.enable_starttls = not self.enable_direct_tls
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        self["xep_0184"].auto_ack = options.get("receipts", True)
        self.auto_authorize = self.auto_subscribe = True if options.get("subscriptions", True) else None
        self.received = []
        self.ready = asyncio.get_running_loop().create_future()
        self.carbons = options.get("carbons", True)
        self.add_event_handler("session_start", self.on_start)
        self.add_event_handler("failed_all_auth", lambda _: self.fail("NotAuthorized"))
        self.add_event_handler("connection_failed", lambda why: self.fail(f"ConnectionFailed: {why}"))
        self.add_event_handler("disconnected", lambda _: write({"event": "disconnected"}))
        self.add_filter("in", self.on_stanza)
        self.omemo, self.opening = None, set()
        if options.get("omemo"):
            import slixmpp_omemo_peer

            self.omemo = slixmpp_omemo_peer.attach(self, options["omemo"])
            self.is_encrypted = slixmpp_omemo_peer.is_encrypted

    def fail(self, why):
        if not self.ready.done():
            self.ready.set_exception(RuntimeError(why))

    async def on_start(self, _):
        try:
            if self.carbons:
                await self["xep_0280"].enable()
            await self.get_roster()
            if self.omemo:
                await self.omemo.get_session_manager()
            self.send_presence()
            if not self.ready.done():
                self.ready.set_result(self.boundjid.full)
        except (IqError, IqTimeout) as error:
            self.fail(str(error))

    def on_stanza(self, stanza):
        xml = getattr(stanza, "xml", None)
        if xml is None:
            return stanza
        self.received.append(tostring(xml))
        if xml.tag == CLIENT + "message":
            write(self.message_event(xml))
        elif xml.tag == CLIENT + "presence":
            write({"event": "presence", "from": xml.get("from"), "type": xml.get("type"), "status": xml.findtext(CLIENT + "status")})
        return stanza

    def message_event(self, xml):
        """A carbon is shown as the message in it; others' messages in our name are no carbons (XEP-0280, section 11)."""
        event = {"event": "message", "carbon": None}
        for direction in ("received", "sent"):
            inner = xml.find(f"{CARBONS}{direction}/{{urn:xmpp:forward:0}}forwarded/{CLIENT}message")
            if inner is not None and xml.get("from") == self.boundjid.bare:
                event["carbon"], xml = direction, inner
        if self.omemo and self.is_encrypted(xml):
            # Tasks begin in the order in which they are made, and the plugin's lock keeps it.
            task = asyncio.create_task(self.open(copy.deepcopy(xml), event["carbon"]))
            self.opening.add(task)
            task.add_done_callback(self.opening.discard)
        return event | describe(xml)

    async def open(self, xml, carbon):
        """Tells what stands in an encrypted message."""
        try:
            opened, encryption, device = await self.omemo.open(xml)
            write({"event": "opened", "carbon": carbon} | describe(opened) | {"encryption": encryption, "device": device})
        except Exception as error:  # whatever it is, the test is told
            logging.exception("a message stays sealed")
            write({"event": "sealed", "kind": type(error).__name__, "text": str(error)} | {"id": xml.get("id")})


class Program:
    """The commands."""

    def __init__(self):
        self.peer = None

    async def connect(self, request):
        self.peer = Peer(request)
        self.peer.connect(request["host"], request["port"])
        return {"jid": await asyncio.wait_for(self.peer.ready, request.get("timeout", 30))}

    async def disconnect(self, _):
        await self.peer.disconnect()
        return {}

    async def cut(self, _):
        """The connection dies without a goodbye."""
        self.peer.abort()
        return {}

    async def send(self, request):
        message = self.peer.make_message(mto=request["to"], mbody=request["text"], mtype=request.get("type", "chat"))
        message["id"] = request.get("message") or self.peer.new_id()
        message["origin_id"]["id"] = message["id"]
        if request.get("receipt", True):
            message["request_receipt"] = True
        if request.get("markable", True):
            message.enable("markable")
        if request.get("reply_to"):
            message["reply"]["id"] = request["reply_to"]
            message["reply"]["to"] = request["to"]
        message.send()
        return {"message": message["id"]}

    async def send_sealed(self, request):
        """Sends an encrypted message; what it asks for and refers to goes where its version has a place for it."""
        message = self.peer.make_message(mto=request["to"], mbody=request["text"], mtype="chat")
        message["id"] = request.get("message") or self.peer.new_id()
        outside = [ElementTree.Element(name) for name in ("{urn:xmpp:receipts}request", MARKERS + "markable")]
        for name, field, more in ((REPLY, "reply_to", {"to": request["to"]}), (REPLACE, "replaces", {})):
            if request.get(field):
                outside.append(ElementTree.Element(name, {"id": request[field]} | more))
        if request.get("xml"):
            outside = [ElementTree.fromstring(request["xml"])]
        await self.peer.omemo.seal(message, outside)
        return {"message": message["id"]}

    async def upload(self, request):
        """Puts a file on the web (XEP-0363), encrypted if that is asked for (XEP-0454); answers with its address."""
        data, name = base64.b64decode(request["data"]), request["name"]
        secret = os.urandom(44) if request.get("encrypt") else None
        if secret:
            data = AESGCM(secret[12:]).encrypt(secret[:12], data, None)
        slot = await self.slot({"name": name, "size": len(data)})
        await self.web("PUT", slot["put"], data, slot["headers"])
        url = slot["get"]
        return {"url": f"aesgcm{url.removeprefix('https')}#{secret.hex()}" if secret else url}

    async def slot(self, request):
        """A place for a file of this name and size in bytes."""
        iq = self.peer.make_iq_get(ito=await self.upload_service())
        iq.append(ElementTree.Element(UPLOAD + "request", {"filename": request["name"], "size": str(request["size"])}))
        slot = (await iq.send()).xml.find(UPLOAD + "slot")
        put = slot.find(UPLOAD + "put")
        headers = {header.get("name"): header.text for header in put}
        return {"put": put.get("url"), "headers": headers, "get": slot.find(UPLOAD + "get").get("url")}

    async def upload_service(self):
        disco = self.peer["xep_0030"]
        items = await disco.get_items(self.peer.boundjid.domain)
        for jid, *_ in items["disco_items"]["items"]:
            if UPLOAD[1:-1] in (await disco.get_info(jid))["disco_info"]["features"]:
                return jid
        raise RuntimeError("nobody takes files")

    async def fetch(self, request):
        """Fetches what lies at an address, and decrypts it if that has a key."""
        url, _, secret = request["url"].partition("#")
        data = await self.web("GET", url.replace("aesgcm://", "https://"), None, {})
        if secret:
            secret = bytes.fromhex(secret)
            data = AESGCM(secret[-32:]).decrypt(secret[:-32], data, None)
        return {"data": base64.b64encode(data).decode()}

    async def web(self, method, url, data, headers):
        trust = ssl.create_default_context(cafile=self.peer.ca_certs)
        asked = urllib.request.Request(url, data=data, headers=headers, method=method)

        def ask():
            with urllib.request.urlopen(asked, context=trust, timeout=30) as answer:
                return answer.read()

        return await asyncio.to_thread(ask)

    async def send_file(self, request):
        """Sends an address as a file: beside the text as well (XEP-0066)."""
        message = self.peer.make_message(mto=request["to"], mbody=request["url"], mtype="chat")
        message["id"] = self.peer.new_id()
        beside = ElementTree.SubElement(message.xml, OOB + "x")
        ElementTree.SubElement(beside, OOB + "url").text = request["url"]
        message.send()
        return {"message": message["id"]}

    async def correct(self, request):
        message = self.peer["xep_0308"].build_correction(request["message"], request["to"], mbody=request["text"])
        message["id"] = self.peer.new_id()
        message.send()
        return {"message": message["id"]}

    async def react(self, request):
        message = self.peer.make_message(mto=request["to"], mtype="chat")
        message["id"] = self.peer.new_id()
        self.peer["xep_0444"].set_reactions(message, request["message"], request["emojis"])
        message.enable("store")
        message.send()
        return {"message": message["id"]}

    async def retract(self, request):
        self.peer["xep_0424"].send_retraction(request["to"], request["message"], include_fallback=True)
        return {}

    async def receipt(self, request):
        """Says by hand that a message has arrived."""
        message = self.peer.make_message(mto=request["to"], mtype="chat")
        message["id"] = self.peer.new_id()
        message["receipt"] = request["message"]
        message.send()
        return {}

    async def marker(self, request):
        self.peer["xep_0333"].send_marker(request["to"], request["message"], request.get("kind", "displayed"))
        return {}

    async def typing(self, request):
        message = self.peer.make_message(mto=request["to"], mtype="chat")
        message["chat_state"] = request.get("state", "composing")
        message.enable("no-store")
        message.send()
        return {}

    async def presence(self, request):
        self.peer.send_presence(
            pto=request.get("to"), ptype=request.get("type"), pshow=request.get("show"), pstatus=request.get("status"),
            pnick=request.get("nick"),
        )
        return {}

    async def roster(self, _):
        answer = await self.peer.get_roster()
        items = answer["roster"]["items"]
        return {"contacts": [
            {"jid": str(jid), "name": item["name"], "subscription": item["subscription"], "ask": item["ask"]}
            for jid, item in items.items()
        ]}

    async def remove_contact(self, request):
        await self.peer.del_roster_item(request["jid"])
        return {}

    async def iq(self, request):
        """Sends the XML inside a request of this type and answers with the XML of the result."""
        iq = self.peer.make_iq(ito=request.get("to"), itype=request.get("type", "get"))
        iq.append(ElementTree.fromstring(request["xml"]))
        return {"xml": tostring((await iq.send(timeout=request.get("timeout", 20))).xml)}

    async def raw(self, request):
        """Sends this text as it is."""
        self.peer.send_raw(request["xml"])
        return {}

    async def archive(self, request):
        """What the account's archive holds, oldest first."""
        messages = []
        pages = self.peer["xep_0313"].iterate(with_jid=request.get("with"), total=request.get("total"))
        async for entry in pages:
            forwarded = entry["mam_result"]["forwarded"]
            fields = describe(forwarded["stanza"].xml)
            fields["archive_id"] = entry["mam_result"]["id"]
            messages.append(fields)
        return {"messages": messages}

    async def stanzas(self, _):
        """Everything that was received, as XML, and forgets it."""
        received, self.peer.received = self.peer.received, []
        return {"stanzas": received}

    async def handle(self, line):
        identifier = None
        try:
            request = json.loads(line)
            identifier = request["id"]
            name = request["cmd"].replace("-", "_")
            command = None if name.startswith("_") or name == "handle" else getattr(self, name, None)
            if not callable(command):
                raise RuntimeError(f"there is no command {name}")
            write({"id": identifier, "ok": await command(request)})
        except IqError as error:
            write({"id": identifier, "error": {"kind": error.condition, "text": error.text}})
        except Exception as error:  # whatever it is, the test is told, and the program goes on
            logging.exception("a command failed")
            write({"id": identifier, "error": {"kind": type(error).__name__, "text": str(error)}})


async def main():
    reader = await begin()
    program = Program()
    tasks = set()
    while line := await reader.readline():
        task = asyncio.create_task(program.handle(line))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


asyncio.run(main())
