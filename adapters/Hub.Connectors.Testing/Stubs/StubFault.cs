using System.Text;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Testing.Stubs;

/// <summary>What goes wrong with a call to the stub.</summary>
/// <param name="Name">For the test's name.</param>
public sealed record StubFault(string Name)
{
    /// <summary>Does the vendor carry the call out before it goes wrong?</summary>
    public bool CarriesOut { get; private init; }

    /// <summary>Answered with this; 0: not at all.</summary>
    public int Status { get; private init; }

    public string? RetryAfter { get; private init; }

    /// <summary>What the body becomes; null: it stays.</summary>
    internal Func<byte[], byte[]>? Body { get; private init; }

    public string? ContentType { get; private init; }

    internal StubEnd End { get; private init; }

    /// <summary>Hangs without having done anything.</summary>
    public static StubFault Hang { get; } = new("hangs before the effect") { End = StubEnd.Hang };

    /// <summary>Carries it out and never answers.</summary>
    public static StubFault HangAfter { get; } = new("time-out after success") { CarriesOut = true, End = StubEnd.Hang };

    /// <summary>Carries it out only after the caller has given up.</summary>
    public static StubFault Late { get; } = new("carried out after the time-out") { CarriesOut = true, End = StubEnd.Late };

    /// <summary>Carries it out and cuts the connection.</summary>
    public static StubFault CutAfter { get; } = new("connection cut after success") { CarriesOut = true, End = StubEnd.Cut };

    /// <summary>Cuts the connection in the middle of the body.</summary>
    public static StubFault HalfBody { get; } = new("half a body") { CarriesOut = true, End = StubEnd.Half };

    /// <summary>A page of HTML with 200, as a proxy says it.</summary>
    public static StubFault Html { get; } = new("wrong content type")
    {
        CarriesOut = true,
        ContentType = "text/html",
        Body = _ => "<html><body>We are down for maintenance.</body></html>"u8.ToArray(),
    };

    /// <summary>Success without a body.</summary>
    public static StubFault Empty { get; } = new("no body") { CarriesOut = true, Body = _ => [] };

    /// <summary>Refused for too many calls; nothing was done.</summary>
    public static StubFault TooMany(int? retryAfter) => new(retryAfter is null ? "429 without Retry-After" : "429 with Retry-After")
    {
        Status = 429,
        RetryAfter = retryAfter is { } seconds ? $"{seconds}" : null,
        Body = _ => [],
    };

    /// <summary>An error of the vendor's, after it did what was asked or before.</summary>
    public static StubFault ServerError(int status, bool after) => new($"{status} {(after ? "after success" : "before the effect")}")
    {
        CarriesOut = after,
        Status = status,
        Body = _ => [],
    };

    /// <summary>401, as for a token that expired.</summary>
    public static StubFault Unauthorized { get; } = new("token expired") { Status = 401, Body = _ => [] };

    /// <summary>403, as for a permission that was taken away.</summary>
    public static StubFault Forbidden { get; } = new("revoked permission") { Status = 403, Body = _ => [] };

    /// <summary>Says what is wrong by sending back all that it was sent, secrets too, as some vendors' error pages do.</summary>
    public static StubFault Echo { get; } = new("our own headers and body sent back") { Status = 400, End = StubEnd.Echo };

    /// <summary>The answer's JSON, changed.</summary>
    public static StubFault Json(string name, Action<JsonNode> change) => new(name)
    {
        CarriesOut = true,
        Body = body =>
        {
            if (body.Length == 0 || JsonNode.Parse(body) is not { } node)
            {
                return body;
            }

            change(node);
            return Encoding.UTF8.GetBytes(node.ToJsonString());
        },
    };

    public override string ToString() => Name;
}

internal enum StubEnd
{
    Answer,
    Hang,
    Late,
    Cut,
    Half,
    Echo,
}
