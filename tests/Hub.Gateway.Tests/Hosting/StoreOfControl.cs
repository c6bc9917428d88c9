using System.Collections.Immutable;
using System.Net;
using Hub.Control.Protocol;
using Refit;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>
/// Control's part of the contract with planes, in memory, so that a test decides when it is out of reach. Hub.Control has
/// tests of its own for its store; Hub.Acceptance runs both.
/// </summary>
public sealed class StoreOfControl(TimeProvider time) : IPlaneApi
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _accounts = [];
    private readonly Dictionary<(string Key, string Dataset), ClaimView> _claims = [];
    private readonly Dictionary<string, string> _businessKeys = [];
    private readonly Dictionary<string, CustomerPins> _pins = [];

    private long _number;

    public bool Down { get; set; }

    public int Calls { get; private set; }

    public ClaimView? Claim(string key, string dataset)
    {
        lock (_lock)
        {
            return _claims.GetValueOrDefault((key, dataset));
        }
    }

    public IReadOnlyList<ClaimView> Claims
    {
        get
        {
            lock (_lock)
            {
                return [.. _claims.Values];
            }
        }
    }

    public Task ReportAsync(string plane, PlaneReport report, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<Refit.IApiResponse> PostOutboxAsync(OutboxMessage message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A gateway has no outbox.");

    /// <summary>What the migration plane answers of a slug table, by its name and the position asked with.</summary>
    public Func<string, string?, HttpResponseMessage>? Slugs { get; set; }

    public Task<HttpResponseMessage> GetSlugsAsync(string table, string? since, CancellationToken cancellationToken = default) =>
        Answer(() => Slugs?.Invoke(table, since) ?? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));

    public Task<AccountBinding> BindAccountAsync(BindAccount request, CancellationToken cancellationToken = default) => Answer(() =>
    {
        if (!_accounts.TryGetValue(request.Account, out var key))
        {
            key = _accounts.ContainsValue(request.VisitorKey) ? Placement.CustomerKey.Draw().ToString() : request.VisitorKey;
            _accounts.Add(request.Account, key);
        }

        return new AccountBinding(
            request.Account, key, ClaimsOf(key), key == request.VisitorKey ? [] : ClaimsOf(request.VisitorKey));
    });

    public Task<CustomerView> GetCustomerAsync(string key, CancellationToken cancellationToken = default) => Answer(() =>
        new CustomerView(key, null, ClaimsOf(key), _pins.GetValueOrDefault(key)?.Pins ?? []));

    public Task<ClaimView> MakeClaimAsync(MakeClaim request, CancellationToken cancellationToken = default) => Answer(() =>
    {
        var standing = _claims.GetValueOrDefault((request.Key, request.Dataset));
        if (standing is not null && standing.Number != request.Expected)
        {
            return standing;
        }

        var made = standing?.Side == request.Side
            ? standing with { TouchedAt = time.GetUtcNow() }
            : new ClaimView(request.Dataset, request.Key, request.Side, _number = Math.Max(_number, request.Expected) + 1, request.Revision, time.GetUtcNow());
        _claims[(request.Key, request.Dataset)] = made;
        return made;
    });

    public Task EndClaimAsync(EndClaim request, CancellationToken cancellationToken = default) =>
        Answer(() => _claims.Remove((request.Key, request.Dataset)));

    public Task KeepPinsAsync(string key, CustomerPins pins, CancellationToken cancellationToken = default) =>
        Answer(() => _pins[key] = pins);

    public Task LearnBusinessKeyAsync(LearnBusinessKey request, CancellationToken cancellationToken = default) =>
        Answer(() => _businessKeys[$"{request.Kind} {request.Value}"] = request.Key);

    public Task<BusinessKeyView> GetBusinessKeyAsync(string kind, string value, CancellationToken cancellationToken = default) =>
        Answer(() => new BusinessKeyView(_businessKeys.GetValueOrDefault($"{kind} {value}")));

    private ImmutableArray<ClaimView> ClaimsOf(string key) => [.. _claims.Values.Where(claim => claim.Key == key)];

    private async Task<T> Answer<T>(Func<T> answer)
    {
        if (Down)
        {
            throw await ApiException.Create(
                new HttpRequestMessage(), HttpMethod.Post, new HttpResponseMessage(HttpStatusCode.ServiceUnavailable), new RefitSettings());
        }

        lock (_lock)
        {
            Calls++;
            return answer();
        }
    }
}
