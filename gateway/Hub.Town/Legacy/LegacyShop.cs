using Microsoft.AspNetCore.Builder;

namespace Hub.Town.Legacy;

/// <summary>The monolith that the town comes from; it behaves as SAFETY.md says real legacy shops do.</summary>
internal static class LegacyShop
{
    public static WebApplication Build(TownContext context, Uri address)
    {
        var app = context.CreateBuilder(address).Build();
        return app;
    }
}
