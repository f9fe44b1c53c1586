"""A push service (XEP-0357) as servers see it: a component (XEP-0114) by slixmpp that tells what it is told.

The first line of the input is {"id": 1, "host": ..., "port": ..., "service": its address, "secret": ...}; it is answered once
the server has taken it. Then {"event": "push", "from": ..., "node": ..., "secret": ..., "status": ...} for each notification.
A node that is an address on this machine is a browser's (RFC 8030): a message without contents is posted there, and `status` is
the answer's. The end of the input ends the program.
"""

import asyncio
import json
import urllib.error
import urllib.request

import slixmpp
from json_lines import begin, write
from slixmpp.xmlstream.handler import CoroutineCallback
from slixmpp.xmlstream.matcher import MatchXPath

PUBSUB = "{http://jabber.org/protocol/pubsub}"
FORM = "{jabber:x:data}"
COMPONENT = "{jabber:component:accept}"


def post(address):
    """Has a browser's push service wake it, within a day."""
    request = urllib.request.Request(address, data=b"", headers={"TTL": "86400"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Service(slixmpp.ComponentXMPP):
    """The component."""

    def __init__(self, request):
        super().__init__(request["service"], request["secret"], request["host"], request["port"])
        path = f"{COMPONENT}iq/{PUBSUB}pubsub/{PUBSUB}publish"
        self.register_handler(CoroutineCallback("push", MatchXPath(path), self.on_publish))

    async def on_publish(self, iq):
        """A server tells of news."""
        pubsub = iq.xml.find(f"{PUBSUB}pubsub")
        form = pubsub.findall(f"{PUBSUB}publish-options//{FORM}field")
        fields = {field.get("var"): field.findtext(f"{FORM}value") for field in form}
        node = pubsub.find(f"{PUBSUB}publish").get("node")
        iq.reply(clear=True).send()
        status = await asyncio.to_thread(post, node) if node.startswith("http://127.0.0.1:") else None
        write({"event": "push", "from": str(iq["from"]), "node": node, "secret": fields.get("secret"), "status": status})


async def main():
    reader = await begin()
    request = json.loads(await reader.readline())
    service = Service(request)
    started = asyncio.Event()
    service.add_event_handler("session_start", lambda _: started.set())
    service.connect()
    await started.wait()
    write({"id": request["id"], "ok": {}})
    while await reader.readline():
        pass


asyncio.run(main())
