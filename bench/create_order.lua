-- wrk: createOrder as a shop sends it, 600 bytes of JSON, each with a number of its own; 1 of 100 e-mails is disposable.
-- API_TOKEN: the shop's token. Prints one line of JSON.
local headers = {
    ["Content-Type"] = "application/json",
    ["Accept"] = "application/json",
    ["Authorization"] = "Bearer " .. os.getenv("API_TOKEN"),
}
local notes = "Order from the WordPress checkout. Please start within one hour, drip feed is off, guarantee 30 days, " ..
    "promo code AUTUMN24, thank you very much."
local form = '{"wp_order_number":"%s-%d","product_service":"Instagram Followers UA high quality pack %d","quantity":%d,' ..
    '"url":"https://instagram.com/some.user.name.%d","telegram":"@telegram_user_%d","url_site":"https://shop1.example",' ..
    '"total_amount":"%d.50","client_email":"%s","api_type":"smm","supplier_id":"%d","supplier_service_id":"101",' ..
    '"currency":"UAH","type_payment":"mono","notes":"%s"}'
local prefix, n, told = nil, 0, false

function init()
    math.randomseed(os.time())
    prefix = string.format("B%d%05d", os.time(), math.random(0, 99999))
end

function request()
    n = n + 1
    local u = math.random(1, 100000)
    local mail = n % 100 == 0 and "someone" .. u .. "@mailinator.com" or "client" .. u .. "@example.com"
    local body = string.format(form, prefix, n, u % 500, 100 + u % 5000, u, u, 5 + u % 500, mail, 1 + u % 4, notes)
    return wrk.format("POST", "/api/v1/createOrder", headers, body)
end

function response(status, _, body)
    if status ~= 200 and not told then
        told = true
        io.stderr:write("createOrder: " .. status .. " " .. string.sub(body, 1, 300) .. "\n")
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        'RESULT {"per_second":%.1f,"requests":%d,"p50_ms":%.2f,"p99_ms":%.2f,"max_ms":%.1f,"refused":%d,"broken":%d}\n',
        summary.requests / (summary.duration / 1e6), summary.requests, latency:percentile(50) / 1000,
        latency:percentile(99) / 1000, latency.max / 1000, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
