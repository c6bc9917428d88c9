using System.Text.Json;
using Hub.Gateway.Discovering;

namespace Hub.Cli.Discovering;

/// <summary>A JSON object a line, as CDNs and log shippers write them; the names of the fields are those of Cloudflare, CloudFront, Fastly, nginx, Caddy.</summary>
internal sealed class JsonLog : LogFormat
{
    private static readonly string[] Methods = ["ClientRequestMethod", "cs-method", "cs_method", "request_method", "http_method", "httpMethod", "method", "verb"];
    private static readonly string[] Targets =
        ["ClientRequestURI", "cs-uri-stem", "cs_uri_stem", "request_uri", "uri", "url", "path", "requestUri", "ClientRequestPath", "target"];
    private static readonly string[] Queries = ["cs-uri-query", "cs_uri_query", "query_string", "query", "args"];
    private static readonly string[] Statuses =
        ["EdgeResponseStatus", "OriginResponseStatus", "sc-status", "sc_status", "response_status", "status", "status_code", "statusCode", "responseCode"];
    private static readonly string[] Agents =
        ["ClientRequestUserAgent", "cs(User-Agent)", "cs_user_agent", "http_user_agent", "request_user_agent", "user_agent", "userAgent", "User-Agent", "agent"];
    private static readonly string[] Referers =
        ["ClientRequestReferer", "cs(Referer)", "cs_referer", "http_referer", "request_referer", "referer", "referrer", "Referer"];
    private static readonly string[] Hosts = ["ClientRequestHost", "x-host-header", "x_host_header", "cs-host", "http_host", "host", "Host"];
    private static readonly string[] Cookies = ["set_cookie", "sent_http_set_cookie", "Set-Cookie", "set-cookie"];

    public override string Name => "JSON lines (CDN)";

    public override bool TryRead(string line, out Sighting? sighting)
    {
        sighting = null;
        if (string.IsNullOrWhiteSpace(line))
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            // Caddy and some shippers put the request, and its headers, into objects of their own.
            var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            Collect(document.RootElement, fields, 0);
            sighting = Make(
                Of(Methods)?.ToUpperInvariant(), Of(Targets), Of(Queries), Of(Statuses), Of(Agents), Of(Referers), Of(Hosts),
                setsCookie: Of(Cookies) is { Length: > 1 });
            return sighting is not null;

            string? Of(string[] names) => names.Select(name => fields.GetValueOrDefault(name)).FirstOrDefault(value => value is not null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Collect(JsonElement element, Dictionary<string, string> fields, int depth)
    {
        foreach (var property in element.EnumerateObject())
        {
            var value = property.Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : property.Value;
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    fields.TryAdd(property.Name, value.GetString()!);
                    break;
                case JsonValueKind.Number:
                    fields.TryAdd(property.Name, value.GetRawText());
                    break;
                case JsonValueKind.Object when depth < 3:
                    Collect(value, fields, depth + 1);
                    break;
            }
        }
    }
}
