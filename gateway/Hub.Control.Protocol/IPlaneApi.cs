using Refit;

namespace Hub.Control.Protocol;

/// <summary>What a plane asks of control, under its own token. The stream itself is <c>POST /api/planes</c> (<see cref="PlaneHello"/>).</summary>
public interface IPlaneApi
{
    [Post("/api/planes/{plane}/report")]
    Task ReportAsync(string plane, [Body] PlaneReport report, CancellationToken cancellationToken = default);

    [Post("/api/customers/accounts")]
    Task<AccountBinding> BindAccountAsync([Body] BindAccount request, CancellationToken cancellationToken = default);

    [Get("/api/customers/{key}")]
    Task<CustomerView> GetCustomerAsync(string key, CancellationToken cancellationToken = default);

    [Post("/api/customers/claims")]
    Task<ClaimView> MakeClaimAsync([Body] MakeClaim request, CancellationToken cancellationToken = default);

    [Post("/api/customers/claims/end")]
    Task EndClaimAsync([Body] EndClaim request, CancellationToken cancellationToken = default);

    [Put("/api/customers/{key}/pins")]
    Task KeepPinsAsync(string key, [Body] CustomerPins pins, CancellationToken cancellationToken = default);

    [Put("/api/customers/business-keys")]
    Task LearnBusinessKeyAsync([Body] LearnBusinessKey request, CancellationToken cancellationToken = default);

    [Get("/api/customers/business-keys/{kind}/{value}")]
    Task<BusinessKeyView> GetBusinessKeyAsync(string kind, string value, CancellationToken cancellationToken = default);

    /// <summary>What a slug table holds, or what has changed in it since a position (<see cref="SlugHeader"/>).</summary>
    /// <returns>204 where nothing has changed; other answers are told, not thrown. Dispose of it.</returns>
    [Get("/api/slugs/{table}")]
    Task<HttpResponseMessage> GetSlugsAsync(string table, string? since, CancellationToken cancellationToken = default);

    /// <returns>202 where the message is new, 200 where it was known; other answers are told, not thrown.</returns>
    [Post("/api/orders")]
    Task<IApiResponse> PostOutboxAsync([Body] OutboxMessage message, CancellationToken cancellationToken = default);
}
