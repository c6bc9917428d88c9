using Hub.Connectors.Testing;

namespace Hub.Connectors.ShipEngine.Tests;

/// <summary>A shop in Austin that ships with a sandbox key.</summary>
internal static class ShipEngineTestOptions
{
    public static ShipEngineOptions At(Uri address, ConnectorBench bench) => new()
    {
        Vendor = "shipengine",
        Address = address,
        Token = bench.Secret("key", "TEST_secret"),
        CarrierId = "se-123456",
        Service = "usps_ground_advantage",
        Sender = new SenderOptions
        {
            Name = "Shipping desk",
            Company = "Town Shop",
            Street = "Main 1",
            City = "Austin",
            Region = "TX",
            Zip = "78701",
            Country = "US",
            Phone = "+1 512 555 0100",
        },
        Box = new BoxOptions { Length = 30, Width = 20, Height = 10 },
    };
}
