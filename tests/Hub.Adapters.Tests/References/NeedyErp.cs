using System.Collections.Concurrent;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Connectors.Http;
using Hub.Connectors.References;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Adapters.Tests.References;

/// <summary>An ERP that books nothing without a row for the tax code, and can't even be asked for a sale without one for the unit.</summary>
internal sealed class NeedyErp
{
    public ConcurrentQueue<string> Booked { get; } = [];

    /// <summary>A look-up needs a row of <c>units</c>.</summary>
    public bool NeedsUnits { get; init; }

    public ConnectorVendor Vendor => ConnectorVendor.Of<ConnectorOptions>("needy-erp", "erp", (services, options) => services
        .AddSingleton<ConnectorCalls>()
        .AddSingleton(provider => new VendorCalls(options, provider.GetRequiredService<TimeProvider>(), new SecretMask()))
        .AddSingleton<IOrderBooking>(provider => new Port(this, provider.GetRequiredService<CrossReferences>(), provider.GetRequiredService<VendorCalls>())));

    private sealed class Port(NeedyErp erp, CrossReferences references, VendorCalls calls) : IOrderBooking
    {
        public TimeSpan Window => TimeSpan.Zero;

        public Task<CallOutcome<SaleNumber>> BookAsync(Order order, CancellationToken cancellationToken) => calls.CallAsync(
            _ =>
            {
                foreach (var line in order.Lines)
                {
                    references.Of(CrossReferences.Taxes, line.TaxCode!);
                }

                erp.Booked.Enqueue(order.Key.ToString());
                return Task.FromResult(SaleNumber.Parse($"S-{order.Key}"));
            },
            cancellationToken);

        public Task<CallOutcome<SaleNumber?>> FindAsync(OrderKey key, CancellationToken cancellationToken) => calls.CallAsync<SaleNumber?>(
            _ =>
            {
                if (erp.NeedsUnits)
                {
                    references.Of(CrossReferences.Units, "piece");
                }

                return Task.FromResult<SaleNumber?>(erp.Booked.Contains(key.ToString()) ? SaleNumber.Parse($"S-{key}") : null);
            },
            cancellationToken);

        public Task<CallOutcome<SaleNumber>> CancelAsync(OrderKey key, SaleNumber sale, CancellationToken cancellationToken) =>
            Task.FromResult<CallOutcome<SaleNumber>>(new CallOutcome<SaleNumber>.Done(sale));
    }
}
