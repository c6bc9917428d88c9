using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Hub.Cli;

/// <summary>What a plane said to a rollback.</summary>
internal sealed record PlaneRollbackOutcome(string Plane, bool RolledBack, string Words);

/// <summary>A gateway plane's own door for rollbacks: a unix socket and a token in its folder (SAFETY.md 12).</summary>
internal static class PlaneSocket
{
    private const string SocketName = "rollback.sock";
    private const string TokenName = "rollback.token";

    /// <summary>The folders of gateway planes below a hub's folder.</summary>
    public static string[] FoldersIn(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder).Where(plane => File.Exists(Path.Combine(plane, SocketName))).Order()]
        : [];

    public static async Task<PlaneRollbackOutcome> RollbackAsync(
        string folder, string? group, bool evacuate, string? reason, CancellationToken cancellationToken)
    {
        var plane = Path.GetFileName(folder.TrimEnd(Path.DirectorySeparatorChar));
        var socket = Path.Combine(folder, SocketName);
        var token = Path.Combine(folder, TokenName);
        if (!File.Exists(socket) || !File.Exists(token))
        {
            return new PlaneRollbackOutcome(
                plane, false, $"no gateway plane runs on {folder} ({SocketName} and {TokenName} are not both there)");
        }

        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://plane/rollback")
        {
            Content = JsonContent.Create(new { group, evacuate, reason }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await File.ReadAllTextAsync(token, cancellationToken)).Trim());
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return new PlaneRollbackOutcome(
                plane, response.IsSuccessStatusCode,
                response.IsSuccessStatusCode
                    ? $"{group ?? "every group"} goes to legacy from its next request on; control takes it over when it is back"
                    : Output.ApiProblem.Words(body) ?? $"refused with {(int)response.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            // The other planes are still to be told: this one's failure is a value.
            return new PlaneRollbackOutcome(plane, false, $"does not answer on {socket} ({e.Message})");
        }
    }
}
