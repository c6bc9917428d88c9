using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Connectors.Testing.Stubs;

/// <summary>Stands before WireMock: keeps what came and lets go wrong what is to go wrong, down at the connection.</summary>
internal sealed class StubGate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<StubRequest> _requests = [];
    private readonly List<PlannedFault> _faults = [];
    private readonly CancellationTokenSource _end = new();
    private int _hanging;
    private int _goingWrong;

    public ImmutableArray<StubRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Calls that get no answer.</summary>
    public int Hanging => Volatile.Read(ref _hanging);

    /// <summary>Calls whose fault is not over yet: also those that are carried out after their caller gave up.</summary>
    public int GoingWrong => Volatile.Read(ref _goingWrong);

    public void Plan(StubFault fault, Func<StubRequest, bool> which, int times)
    {
        lock (_lock)
        {
            _faults.Add(new PlannedFault(fault, which, times));
        }
    }

    public void Heal()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    public void Stop() => _end.Cancel();

    public void Dispose() => _end.Dispose();

    public async Task HandleAsync(HttpContext http, Func<Task> next)
    {
        var request = await ReadAsync(http);
        StubFault? fault;
        lock (_lock)
        {
            _requests.Add(request);
            var planned = _faults.Find(planned => planned.Times > 0 && planned.Which(request));
            fault = planned?.Take();
        }

        if (fault is null)
        {
            await next();
            return;
        }

        Interlocked.Increment(ref _goingWrong);
        try
        {
            await GoWrongAsync(http, next, fault, request);
        }
        finally
        {
            Interlocked.Decrement(ref _goingWrong);
        }
    }

    private async Task GoWrongAsync(HttpContext http, Func<Task> next, StubFault fault, StubRequest request)
    {
        if (fault.End == StubEnd.Late)
        {
            await HangAsync(http.RequestAborted);
        }

        var body = fault.CarriesOut ? await CarryOutAsync(http, next) : [];
        switch (fault.End)
        {
            case StubEnd.Hang:
                await HangAsync(http.RequestAborted);
                http.Abort();
                return;
            case StubEnd.Cut or StubEnd.Late:
                http.Abort();
                return;
        }

        body = fault.End == StubEnd.Echo ? Echo(request) : fault.Body?.Invoke(body) ?? body;
        http.Response.StatusCode = fault.Status > 0 ? fault.Status : http.Response.StatusCode;
        if (http.Response.StatusCode is 204 or 304)
        {
            // Kestrel writes no body, not even an empty one, to those: it would cut the connection, which is another fault.
            http.Response.StatusCode = 200;
        }

        http.Response.ContentType = fault.ContentType ?? http.Response.ContentType;
        http.Response.ContentLength = body.Length;
        if (fault.RetryAfter is not null)
        {
            http.Response.Headers.RetryAfter = fault.RetryAfter;
        }

        if (fault.End == StubEnd.Half)
        {
            http.Response.ContentLength = Math.Max(2, body.Length);
            await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        if (body.Length > 0)
        {
            await http.Response.Body.WriteAsync(body);
        }
    }

    /// <summary>Lets the vendor do it, and keeps the answer back.</summary>
    private static async Task<byte[]> CarryOutAsync(HttpContext http, Func<Task> next)
    {
        var real = http.Features.Get<IHttpResponseBodyFeature>()!;
        using var kept = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(kept));
        try
        {
            await next();
            await http.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            http.Features.Set(real);
        }

        return kept.ToArray();
    }

    private static byte[] Echo(StubRequest request) => Encoding.UTF8.GetBytes(
        $"{string.Join(' ', request.Headers.OrderBy(header => header.Key != "Authorization").Select(header => $"{header.Key}: {header.Value};"))} {request.Text}");

    /// <summary>Until the caller gives up.</summary>
    private async Task HangAsync(CancellationToken aborted)
    {
        Interlocked.Increment(ref _hanging);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, _end.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token);
        }
        catch (OperationCanceledException)
        {
            // That is what was waited for.
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }
    }

    private static async Task<StubRequest> ReadAsync(HttpContext http)
    {
        http.Request.EnableBuffering();
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        http.Request.Body.Position = 0;
        var url = new Uri(http.Request.GetEncodedUrl());
        return new StubRequest(
            http.Request.Method, url.AbsolutePath, url.Query.TrimStart('?'),
            ImmutableDictionary.CreateRange(
                StringComparer.OrdinalIgnoreCase, http.Request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))),
            body.ToArray());
    }

    private sealed class PlannedFault(StubFault fault, Func<StubRequest, bool> which, int times)
    {
        public Func<StubRequest, bool> Which => which;

        public int Times { get; private set; } = times;

        public StubFault Take()
        {
            Times--;
            return fault;
        }
    }
}
