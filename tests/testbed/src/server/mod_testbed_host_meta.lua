-- Says where WebSocket is spoken (XEP-0156, section 3): /.well-known/host-meta and host-meta.json.
local json = require "util.json";
local relation = "urn:xmpp:alt-connections:websocket";

module:depends "http";

local function url()
	local http = module:http_url("websocket", "xmpp-websocket");
	return (http:gsub("^http", "ws"));
end

local function as_xml(event)
	event.response.headers.content_type = "application/xrd+xml";
	return "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>"
		.. ("<Link rel='%s' href='%s'/></XRD>"):format(relation, url());
end

local function as_json(event)
	event.response.headers.content_type = "application/json";
	return json.encode { links = { { rel = relation, href = url() } } };
end

module:provides("http", {
	default_path = "/.well-known";
	route = { ["GET /host-meta"] = as_xml, ["GET /host-meta.json"] = as_json };
});
