using System.Collections.Concurrent;
using System.Text.Json;
using Hub.Adapters.References;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Control.Protocol;
using Hub.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace Hub.Adapters.Connectors;

/// <summary>
/// <c>GET /api/connectors/{connector}/preview</c>: what would be sent for an order. The connector is made once more with a last handler that lets reads
/// pass and keeps writes back; it stops at the first write, since what follows depends on the vendor's answer.
/// </summary>
internal sealed class PreviewConnector(ConnectorStores stores, ReferenceTables references, TimeProvider time)
{
    /// <returns>Null where the connector has nothing to send for an order.</returns>
    public async Task<ConnectorPreview?> HandleAsync(Connector connector, OrderState state, CancellationToken cancellationToken)
    {
        var kept = new ConcurrentQueue<KeptBack>();
        await using var dry = new Connector(
            connector.Config, stores.Of(connector.Config.Name), references.Of(connector.Config.Name), time,
            services => services.ConfigureAll<HttpClientFactoryOptions>(options => options.HttpMessageHandlerBuilderActions.Add(builder =>
            {
                // Logging in is no write, and its answer is needed.
                if (builder.Name?.EndsWith(".login", StringComparison.Ordinal) != true)
                {
                    builder.AdditionalHandlers.Add(new DryRunHandler(kept));
                }
            })));
        if (Send(dry, state, cancellationToken) is not { } sending)
        {
            return null;
        }

        var (what, said) = (sending.What, await sending.Ended);
        var mask = dry.Find<SecretMask>() ?? new SecretMask();
        return new ConnectorPreview(
            connector.Config.Name, state.Order.Key.ToString(), what,
            [.. kept.Select(one => new PreviewedRequest(one.Method, mask.Clean(one.Url), [.. one.Headers.Select(mask.Clean)], mask.Clean(one.Body)))],
            kept.IsEmpty ? mask.Clean(said ?? "Nothing would be written: the vendor has it already, or can't be told.") : null);
    }

    private static (string What, Task<string?> Ended)? Send(Connector connector, OrderState state, CancellationToken cancel)
    {
        var order = state.Order;
        if (connector.Find<IOrderBooking>() is { } erp)
        {
            return (nameof(BookOrder), SaidAsync(erp.BookAsync(order, cancel)));
        }

        if (connector.Find<IShipmentBooking>() is { } carrier)
        {
            return (nameof(BookShipment), SaidAsync(carrier.ShipAsync(new Parcel(order, 1, []), cancel)));
        }

        if (connector.Find<IOrderEntry>() is { } shop)
        {
            return (nameof(EnterOrder), SaidAsync(shop.EnterAsync(order, cancel)));
        }

        if (connector.Find<IContactBook>() is { } crm)
        {
            return (nameof(UpsertContact), SaidAsync(crm.UpsertAsync(order.Buyer, cancel)));
        }

        return connector.Find<IOrderConfirmation>() is { } market
            ? (nameof(ConfirmShipment), state.Parcels.Select(parcel => parcel.Shipment).OfType<Shipment>().FirstOrDefault() is { } shipment
                ? SaidAsync(market.ConfirmAsync(order, shipment, cancel))
                : Task.FromResult<string?>("Nothing: the order is not shipped yet, so there is nothing to confirm."))
            : null;
    }

    private static async Task<string?> SaidAsync<T>(Task<CallOutcome<T>> call) => await call switch
    {
        CallOutcome<T>.Refused refused => $"Nothing: {refused.Reason}",
        CallOutcome<T>.NotDone notDone => $"Nothing: {notDone.Reason}",
        CallOutcome<T>.Unknown unknown => $"Nothing: {unknown.Reason}",
        _ => null,
    };

    private sealed record KeptBack(string Method, string Url, string[] Headers, string Body);

    /// <summary>Below limits and tokens, just above the wire.</summary>
    private sealed class DryRunHandler(ConcurrentQueue<KeptBack> kept) : DelegatingHandler
    {
        private static readonly string[] Reads = ["search", "search_read", "search_count", "read", "fields_get", "default_get", "get_preferences", "login"];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            if (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || IsRead(body))
            {
                return await base.SendAsync(request, cancellationToken);
            }

            kept.Enqueue(new KeptBack(
                request.Method.Method, request.RequestUri!.ToString(),
                [.. request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
                    .Select(header => $"{header.Key}: {(IsSecret(header.Key) ? "***" : string.Join(", ", header.Value))}")],
                body));
            throw new InvalidOperationException("It is a preview: the request was kept back.");
        }

        /// <summary>A GraphQL query, or a JSON-RPC call that only reads: those are posted, too.</summary>
        private static bool IsRead(string body)
        {
            try
            {
                using var json = JsonDocument.Parse(body);
                return json.RootElement.ValueKind == JsonValueKind.Object
                    && ((json.RootElement.TryGetProperty("query", out var query) && query.ValueKind == JsonValueKind.String
                            && !query.GetString()!.Contains("mutation", StringComparison.Ordinal))
                        || (json.RootElement.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String
                            && json.RootElement.TryGetProperty("params", out _) && Reads.Contains(method.GetString()!.Split('.')[^1])));
            }
            catch (JsonException)
            {
                return false;
            }
        }

        private static bool IsSecret(string header) =>
            header is "Authorization" or "Cookie" || header.Contains("token", StringComparison.OrdinalIgnoreCase)
            || header.Contains("key", StringComparison.OrdinalIgnoreCase) || header.Contains("secret", StringComparison.OrdinalIgnoreCase)
            || header.Contains("signature", StringComparison.OrdinalIgnoreCase);
    }
}
