using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace Hub.Connectors.Testing.Stubs;

/// <summary>
/// Stands in for a vendor: a WireMock server that is taught the vendor's answers by a class derived from this one, which keeps the vendor's state
/// (its sales, labels, stock) in plain fields. What goes wrong is the suite's: see <see cref="Fail"/>.
/// </summary>
public abstract class VendorStub : IAsyncDisposable
{
    private readonly StubGate _gate = new();

    protected VendorStub()
    {
        Server = WireMockServer.Start(new WireMockServerSettings
        {
            PreWireMockMiddlewareInit = app => ((IApplicationBuilder)app).Use((http, next) => _gate.HandleAsync(http, () => next(http))),
        });
        Address = new Uri(Server.Url!);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>For what <see cref="On"/> can't say: WireMock's own ways to match and answer.</summary>
    public WireMockServer Server { get; }

    /// <summary>All calls that came, in their order; those that went wrong too.</summary>
    public ImmutableArray<StubRequest> Requests => _gate.Requests;

    /// <summary>How many calls wait for an answer that does not come.</summary>
    public int Hanging => _gate.Hanging;

    /// <summary>Lets the next calls that fit go wrong.</summary>
    /// <param name="which">Which calls; null: all.</param>
    public void Fail(StubFault fault, Func<StubRequest, bool>? which = null, int times = 1) => _gate.Plan(fault, which ?? (_ => true), times);

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal() => _gate.Heal();

    /// <summary>Nothing of a fault is still to come, such as a call that is carried out after its caller gave up.</summary>
    internal bool IsOverIt => _gate.GoingWrong == 0;

    /// <summary>The calls of an operation: <c>POST /sales</c>.</summary>
    public ImmutableArray<StubRequest> Of(string operation)
    {
        return [.. Requests.Where(request => request.Is(operation))];
    }

    public ValueTask DisposeAsync()
    {
        _gate.Stop();
        Server.Stop();
        Server.Dispose();
        _gate.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Teaches an answer.</summary>
    /// <param name="operation">Method and path, <c>{…}</c> for what differs: <c>GET /sales/{id}</c>.</param>
    protected void On(string operation, Func<StubRequest, StubAnswer> answer) => OnAsync(operation, request => Task.FromResult(answer(request)));

    /// <summary>The same for an answer that has to wait for something.</summary>
    protected void OnAsync(string operation, Func<StubRequest, Task<StubAnswer>> answer)
    {
        var which = StubRequest.Operation(operation);
        var method = operation.Split(' ')[0];
        Server
            .Given(Request.Create().UsingMethod(method).WithPath(path => which.IsMatch($"{method} {path}")))
            .RespondWith(Response.Create().WithCallback(async message => Write(await answer(Read(message)))));
    }

    private static StubRequest Read(WireMock.IRequestMessage message)
    {
        var url = new Uri(message.Url);
        return new StubRequest(
            message.Method, url.AbsolutePath, url.Query.TrimStart('?'),
            ImmutableDictionary.CreateRange(
                StringComparer.OrdinalIgnoreCase,
                (message.Headers ?? new Dictionary<string, WireMockList<string>>()).Select(header => KeyValuePair.Create(header.Key, string.Join(',', header.Value)))),
            message.BodyAsBytes ?? []);
    }

    private static WireMock.ResponseMessage Write(StubAnswer answer) => new()
    {
        StatusCode = answer.Status,
        Headers = answer.Headers.Append(KeyValuePair.Create("Content-Type", answer.ContentType))
            .ToDictionary(header => header.Key, header => new WireMockList<string>(header.Value)),
        BodyData = new BodyData { DetectedBodyType = BodyType.Bytes, BodyAsBytes = answer.Body },
    };
}
