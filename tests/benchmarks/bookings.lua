-- Posts one booking a request: keys never repeat, credentials take turns.
local keys = {}
for key in io.lines(os.getenv("KEYS")) do
    keys[#keys + 1] = "Bearer " .. key
end
local file = io.open(os.getenv("BODY"), "r")
wrk.body = file:read("*a")
file:close()
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

local count = 0
local run = os.getenv("RUN")
local failed = 0

function request()
    count = count + 1
    wrk.headers["Authorization"] = keys[count % #keys + 1]
    wrk.headers["Idempotency-Key"] = run .. "-" .. count
    return wrk.format()
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format("FIGURES %d %d %d\n", summary.requests, summary.duration,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
