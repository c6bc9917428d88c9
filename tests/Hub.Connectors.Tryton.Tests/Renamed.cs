using Hub.Connectors.References;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>An article that Tryton calls otherwise.</summary>
internal static class Renamed
{
    public static void Add(IServiceCollection services, string sku, string code) => services.AddSingleton(new CrossReferences(
        "tryton", table => table == CrossReferences.Items ? new CrossReferenceTable([KeyValuePair.Create(sku, code)]) : CrossReferenceTable.Empty));
}
