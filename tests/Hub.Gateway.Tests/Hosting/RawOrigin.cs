using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>A side of bare sockets: it keeps each request byte for byte and answers what it is told, byte for byte.</summary>
public sealed class RawOrigin : IAsyncDisposable
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public RawOrigin()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Heads and bodies as they came, decoded as Latin-1.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What is answered to a request's text.</summary>
    public Func<string, string> Answer { get; set; } = _ => Ok;

    /// <summary>Takes a connection itself, from its first byte.</summary>
    public Func<NetworkStream, CancellationToken, Task>? Take { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            var stream = connection.GetStream();
            if (Take is { } take)
            {
                await take(stream, _stop.Token);
                return;
            }

            var text = new StringBuilder();
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var length = await stream.ReadAsync(buffer, _stop.Token);
                if (length == 0)
                {
                    return;
                }

                text.Append(Encoding.Latin1.GetString(buffer, 0, length));
                while (End(text.ToString()) is > 0 and var end)
                {
                    var request = text.ToString(0, end);
                    text.Remove(0, end);
                    Requests.Enqueue(request);
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(Answer(request)), _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return;
        }
    }

    // Where the first request ends, as a strict server reads it; 0 where it has not come whole.
    private static int End(string text)
    {
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        if (head < 4)
        {
            return 0;
        }

        if (text[..head].Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.OrdinalIgnoreCase))
        {
            var last = text.IndexOf("0\r\n\r\n", head, StringComparison.Ordinal);
            return last < 0 ? 0 : last + 5;
        }

        var from = text.IndexOf("\r\nContent-Length: ", StringComparison.OrdinalIgnoreCase);
        var length = from < 0 || from > head ? 0 : int.Parse(text[(from + 18)..text.IndexOf('\r', from + 18)], null);
        return text.Length < head + length ? 0 : head + length;
    }
}
