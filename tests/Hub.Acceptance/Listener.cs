using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Hub.Town;

namespace Hub.Acceptance;

/// <summary>Some other system: answers everything with its name, method and path, as a page, and keeps the bodies that it was sent.</summary>
public sealed class Listener : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;
    private readonly string _name;

    public Listener(string name = "")
    {
        _name = name.Length > 0 ? $"{name} " : "";
        Address = new Uri($"http://127.0.0.1:{FreePorts.Draw()}/");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _answering = AnswerAsync();
    }

    public Uri Address { get; }

    /// <summary>Path and body, the body's bytes as Latin-1.</summary>
    public ConcurrentQueue<(string Path, string Body)> Received { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed.
                return;
            }

            using var reader = new StreamReader(asked.Request.InputStream, Encoding.Latin1);
            Received.Enqueue((asked.Request.Url!.AbsolutePath, await reader.ReadToEndAsync()));
            asked.Response.ContentType = "text/html";
            asked.Response.Close(Encoding.UTF8.GetBytes($"{_name}{asked.Request.HttpMethod} {asked.Request.Url.AbsolutePath}"), willBlock: false);
        }
    }
}
