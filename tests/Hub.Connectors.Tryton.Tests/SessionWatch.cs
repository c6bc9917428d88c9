using System.Net.Http.Headers;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>Counts a connector's logins and can end its session.</summary>
internal sealed class SessionWatch
{
    private int _logins;
    private volatile AuthenticationHeaderValue? _session;

    public int Logins => _logins;

    public DelegatingHandler Handler() => new Watching(this);

    public async Task EndSessionAsync(Uri address)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = TrytonJson.Call("common.db.logout", []) };
        request.Headers.Authorization = _session;
        (await http.SendAsync(request, TrytonBench.Cancel)).EnsureSuccessStatusCode();
    }

    private sealed class Watching(SessionWatch watch) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var login = (await request.Content!.ReadAsStringAsync(cancellationToken)).Contains("common.db.login", StringComparison.Ordinal);
            var response = await base.SendAsync(request, cancellationToken);
            if (login)
            {
                Interlocked.Increment(ref watch._logins);
            }
            else
            {
                watch._session = request.Headers.Authorization;
            }

            return response;
        }
    }
}
