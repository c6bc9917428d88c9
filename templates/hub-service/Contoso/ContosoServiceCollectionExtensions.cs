using System.Data.Common;
using Contoso.Entries;
//#if (postgres)
using Npgsql;
//#else
using Microsoft.Data.Sqlite;
//#endif
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Contoso;

/// <summary>What the service is made of.</summary>
internal static class ContosoServiceCollectionExtensions
{
    /// <summary>The store that <c>ConnectionStrings:Store</c> names; passwords come by environment variable, never by a file in the repository.</summary>
    public static IServiceCollection AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString("Store")
            ?? throw new InvalidOperationException("ConnectionStrings:Store is missing: set it in appsettings.json or by ConnectionStrings__Store.");
        //#if (postgres)
        services.AddSingleton<DbDataSource>(_ => NpgsqlDataSource.Create(connection));
        //#else
        if (Path.GetDirectoryName(new SqliteConnectionStringBuilder(connection).DataSource) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        services.AddSingleton(_ => SqliteFactory.Instance.CreateDataSource(connection));
        //#endif
        return services.AddSingleton<EntryStore>();
    }

    /// <summary>Spans and figures by OTLP, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
        {
            services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService("name-in-paths"))
                .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation())
                .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter("Microsoft.AspNetCore.*"))
                .UseOtlpExporter();
        }

        return services;
    }
}
