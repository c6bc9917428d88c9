using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Tests.Storefront;

/// <summary>What happens to an order on its way to legacy.</summary>
internal enum Meddling
{
    None,

    /// <summary>Legacy gets it; its answer never arrives.</summary>
    HoldAnswer,

    /// <summary>Legacy gets it; the connection is cut instead of an answer.</summary>
    CutAfter,

    /// <summary>Legacy doesn't get it, and the connection is cut.</summary>
    CutBefore,

    /// <summary>Legacy gets it; the answer is a 502.</summary>
    ErrorAfter,
}

/// <summary>Stands between storefront and legacy, and meddles with orders.</summary>
internal sealed class Meddler(Uri legacy) : IDisposable
{
    private readonly HttpClient _legacy = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = legacy };
    private int _orders;

    public Uri Address { get; set; } = legacy;

    public Meddling Meddling { get; set; }

    /// <summary>Nothing gets to legacy.</summary>
    public bool Down { get; set; }

    /// <summary>How many orders were sent.</summary>
    public int Orders => _orders;

    public static WebApplication Build(TownContext context) => context.CreateBuilder(new Uri("http://127.0.0.1:0")).Build();

    public void Map(WebApplication app) => app.Run(Forward);

    public void Dispose() => _legacy.Dispose();

    private async Task Forward(HttpContext http)
    {
        var isOrder = HttpMethods.IsPost(http.Request.Method) && http.Request.Path == "/partner/orders";
        var meddling = isOrder ? Meddling : Meddling.None;
        if (isOrder)
        {
            Interlocked.Increment(ref _orders);
        }

        if (meddling == Meddling.CutBefore || Down)
        {
            http.Abort();
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path + http.Request.QueryString);
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (name, value) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await _legacy.SendAsync(request, CancellationToken.None);
        switch (meddling)
        {
            case Meddling.HoldAnswer:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case Meddling.CutAfter:
                http.Abort();
                return;
            case Meddling.ErrorAfter:
                http.Response.StatusCode = StatusCodes.Status502BadGateway;
                return;
            default:
                await Answer(http, answer);
                return;
        }
    }

    private static async Task Answer(HttpContext http, HttpResponseMessage answer)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, value) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
        {
            http.Response.Headers[name] = value.ToArray();
        }

        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
