-- What the testbed asks of a running Prosody, as HTTP on loopback: POST /testbed with a JSON object, answered by one.
local json = require "util.json";
local rostermanager = require "core.rostermanager";
local usermanager = require "core.usermanager";

module:depends "http";

local commands = {};

function commands.register(request)
	if usermanager.user_exists(request.user, module.host) then
		return nil, "there is such an account";
	end
	return usermanager.create_user(request.user, request.password, module.host);
end

function commands.unregister(request)
	return usermanager.delete_user(request.user, module.host);
end

function commands.password(request)
	return usermanager.set_password(request.user, request.password, module.host, nil);
end

function commands.befriend(request)
	local roster = rostermanager.load_roster(request.user, module.host);
	roster[request.contact] = { subscription = "both", name = request.name, groups = {} };
	return rostermanager.save_roster(request.user, module.host, roster);
end

function commands.invite()
	local invite = module:depends "invites".create_account();
	return invite and { token = invite.token, uri = invite.uri };
end

local function handle(event)
	local request = json.decode(event.request.body or "");
	local command = request and commands[request.command];
	if not command then
		return { status_code = 400, body = "unknown command" };
	end
	local ok, why = command(request);
	if not ok then
		return { status_code = 409, body = tostring(why) };
	end
	return { status_code = 200, body = json.encode(type(ok) == "table" and ok or {}) };
end

module:provides("http", { default_path = "/testbed", route = { POST = handle } });
