using System.Globalization;
using Hub.Commerce;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Testing.Contracts;

/// <summary>What an ERP's connector has to keep to that says what left the house: no shipment is lost, and each is told with its own goods.</summary>
public abstract class ShipmentSourceContract<TStub> : PollSourceContract<TStub>
    where TStub : VendorStub
{
    /// <summary>These pieces of the order left as of then; told again: the shipment was changed.</summary>
    /// <param name="id">The vendor's number of the shipment.</param>
    protected abstract void Ship(OrderKey order, string id, Sku sku, int pieces, DateTimeOffset changedAt);

    private protected sealed override void Put(int number, int pieces, DateTimeOffset changedAt) =>
        Ship(OrderKey.Parse(string.Create(CultureInfo.InvariantCulture, $"web/{number}")), IdOf(number), Sku.Parse("TS-001"), pieces, changedAt);

    private protected sealed override string Text(int number, int pieces) => string.Create(CultureInfo.InvariantCulture, $"web/{number} {IdOf(number)}: {pieces} TS-001");

    private protected sealed override async Task<CallOutcome<PolledPage>> FetchAsync(DateTimeOffset since, string? page) => PolledPage.Of(
        await Port<IShipmentSource>().FetchAsync(since, page, Cancel), read => new PolledPage([.. read.Shipments.Select(Text)], read.Latest, read.Next));

    private static string Text(ShippedOrder shipped) => string.Create(
        CultureInfo.InvariantCulture, $"{shipped.Order} {shipped.Id}: {string.Join(", ", shipped.Shipment.Lines.Select(line => $"{line.Quantity} {line.Sku}"))}");

    private static string IdOf(int number) => (108_000 + number).ToString(CultureInfo.InvariantCulture);
}
