/**
 * How the Lua of Apache talks to the auth server: HTTP/1.1 over one connection that is kept.
 * @module
 */

/** Needs `dial`, `TIMEOUT`, `MAX_FIELDS` and `MAX_BODY`; defines `ask`. */
export const APACHE_LUA_ASK: string = `-- One connection to each state of Lua, which is one to each thread (LuaScope thread).
local peer

local function hang_up()
  if peer then peer:close() end
  peer = nil
end

-- Status and fields of the answer; nil and why when there is none.
local function read_answer()
  local line, failure = peer:receive('*l')
  if not line then return nil, failure end
  local status = tonumber(line:match('^HTTP/1%.1 (%d%d%d)'))
  if not status then return nil, 'no HTTP' end
  local fields, length, last = {}, nil, false
  for _ = 1, MAX_FIELDS do
    line, failure = peer:receive('*l')
    if not line then return nil, 'cut off' end
    if line == '' then break end
    local name, value = line:match('^([^:]+):%s*(.-)%s*$')
    if not name then return nil, 'no HTTP' end
    name = name:lower()
    if name == 'content-length' then length = tonumber(value) end
    if name == 'connection' and value:lower() == 'close' then last = true end
    fields[name] = value
  end
  if line ~= '' or not length or length > MAX_BODY then return nil, 'no HTTP' end
  if length > 0 and not peer:receive(length) then return nil, 'cut off' end
  if last then hang_up() end
  return status, fields
end

local function ask(question)
  local reused = peer ~= nil
  for _ = 1, 2 do
    local failure
    if not peer then
      peer, failure = dial()
      if not peer then return nil, failure end
    end
    local sent
    sent, failure = peer:send(question)
    local status, answer
    if sent then
      status, answer = read_answer()
      if status then return status, answer end
      failure = answer
    end
    hang_up()
    -- The server may close a connection while it rests. A second try is safe: whatever has been let in once
    -- is refused.
    if not reused or failure ~= 'closed' then return nil, failure end
    reused = false
  end
  return nil, 'closed'
end`
