using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Boundary;

/// <summary>Headers named in <c>Connection</c> are for the next hop, that is for us, and go no further (RFC 9110, 7.6.1).</summary>
internal static class ConnectionHeader
{
    private static readonly string[] Needed = ["Host", "Content-Length", "Transfer-Encoding", "Cookie", "Authorization"];

    /// <summary>Removes them from a request, and closes the connection afterwards where that is asked.</summary>
    /// <returns>False where it names one that must reach the other end: the request is refused.</returns>
    public static bool Take(HttpContext context)
    {
        var headers = context.Request.Headers;
        foreach (var name in Names(headers.Connection))
        {
            if (name == ConnectionEncoding.Close || name.Equals("close", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers.Connection = "close";
            }
            else if (Needed.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return false;
            }
            else if (!IsOption(name))
            {
                headers.Remove(name);
            }
        }

        return true;
    }

    /// <summary>Removes from an answer what the side's own <c>Connection</c> names.</summary>
    public static void TakeAnswer(StringValues connection, IHeaderDictionary headers)
    {
        if (connection.Count == 1 && IsOption(connection[0]!))
        {
            return;
        }

        foreach (var name in Names(connection).Where(name => !IsOption(name) && !Needed.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            headers.Remove(name);
        }
    }

    // Upgrade is the forwarder's own matter.
    private static bool IsOption(string name) =>
        name is ConnectionEncoding.KeepAlive
        || name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || name.Equals("close", StringComparison.OrdinalIgnoreCase)
        || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Names(StringValues connection) =>
        connection.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
