using Hub.Connectors.Testing;

namespace Hub.Connectors.Ups.Tests;

/// <summary>A shop in Berlin.</summary>
internal static class UpsTestOptions
{
    public static UpsOptions At(Uri address, ConnectorBench bench, SenderOptions? sender = null, UpsUnits units = UpsUnits.Metric) => new()
    {
        Vendor = "ups",
        Address = address,
        ClientId = "client",
        ClientSecret = bench.Secret("secret", "ups-secret"),
        Account = UpsStub.Account,
        Service = "11",
        Units = units,
        Box = new BoxOptions { Length = 30, Width = 20, Height = 10 },
        Sender = sender ?? new SenderOptions
        {
            Name = "Shipping desk",
            Company = "Town Shop",
            Street = "Main 1",
            City = "Berlin",
            Zip = "10115",
            Country = "DE",
            Phone = "+49 30 5550100",
        },
    };
}
