-- wrk: lists by site and status, 25 a page: 60 % first pages, the rest the page after the last answer. API_TOKEN: a person's
-- token. Prints one line of JSON.
local headers = { ["Accept"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("API_TOKEN") }
local statuses = { "executing", "pending", "notaccepted", "canceled", "completed", "executing", "executing", "pending" }
local last, cursor, told = nil, nil, false

function init() math.randomseed(os.time()) end

function request()
    if math.random() > 0.6 and cursor then
        return wrk.format("GET", last .. "&cursor=" .. cursor, headers)
    end
    last = string.format("/api/v1/orders?site_id=%d&status=%s&per_page=25", math.random(1, 20), statuses[math.random(1, #statuses)])
    cursor = nil
    return wrk.format("GET", last, headers)
end

function response(status, _, body)
    if status == 200 then
        cursor = string.match(body, '"next_cursor":(%d+)')
    elseif not told then
        told = true
        io.stderr:write("list: " .. status .. " " .. string.sub(body, 1, 300) .. "\n")
    end
end

function done(summary, latency)
    io.write(string.format('RESULT {"per_second":%.1f,"p50_ms":%.2f,"p99_ms":%.2f}\n',
        summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
