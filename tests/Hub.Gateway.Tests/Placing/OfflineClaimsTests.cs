using Hub.Gateway.Placing;
using Hub.Placement;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Gateway.Tests.Placing;

public sealed class OfflineClaimsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-claims-").FullName;

    [Fact]
    [Trait("Rule", "7")]
    public void Keep_MoreCustomersThanAreKept_LeavesTheRestToTheirCookies()
    {
        var claims = new OfflineClaims(_folder, NullLogger<OfflineClaims>.Instance, most: 2);
        var made = Enumerable.Range(0, 3).Select(_ => claims.Keep(Claim(CustomerKey.Draw()))).ToList();

        Assert.All(made, claim => Assert.Equal(Side.Legacy, claim.Claim.Side));
        Assert.Equal(made.Take(2).ToHashSet(), claims.ToReport.ToHashSet());
        Assert.Equal(2, new OfflineClaims(_folder, NullLogger<OfflineClaims>.Instance).ToReport.Count());

        // One that stands already is kept all the same.
        Assert.Same(made[0], claims.Keep(Claim(made[0].Key)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static OfflineClaim Claim(CustomerKey key) => new(key, "carts", new Claim(Side.Legacy, 1, 7), 60, default);
}
