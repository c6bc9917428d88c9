using System.Net;
using Hub.Migration;
using Hub.Migration.Mapping;
using Hub.Planes;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the migration plane.</summary>
public static class MigrationServiceCollectionExtensions
{
    /// <summary>Adds the plane and its link to control. Map its API with <c>MapHubMigration</c>.</summary>
    public static IServiceCollection AddHubMigration(this IServiceCollection services, PlaneOptions plane, MigrationOptions? options = null)
    {
        services.AddMetrics();
        services.AddSingleton<MigrationMetrics>();
        services.AddSingleton(provider => new MigrationPlane(
            options ?? new MigrationOptions(),
            // The link itself hands the plane its revisions, so it is asked for when the first message is there.
            async (message, cancellationToken) =>
            {
                using var answer = await provider.GetRequiredService<PlaneLink>().Api.PostOutboxAsync(message, cancellationToken);
                return answer.IsSuccessStatusCode
                    ? answer.StatusCode == HttpStatusCode.Accepted
                    : throw (Exception?)answer.Error ?? new HttpRequestException($"Control answered {answer.StatusCode}.");
            },
            provider.GetRequiredService<MigrationMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MigrationPlane>>(),
            new RowMappings(provider.GetServices<RegisteredRowMapping>().Select(one => KeyValuePair.Create(one.Name, one.Make(provider))))));
        services.AddHostedService(provider => provider.GetRequiredService<MigrationPlane>());
        services.AddSingleton<PlaneWatch>(provider => () => provider.GetRequiredService<MigrationPlane>().Standing.Problems);
        services.AddSingleton<PlaneReporter>(provider => report => report with
        {
            Applied = provider.GetRequiredService<MigrationPlane>().Applied(),
            Parity = provider.GetRequiredService<MigrationPlane>().Parity(),
        });
        return services.AddPlaneLink(plane, provider => provider.GetRequiredService<MigrationPlane>().TakeAsync);
    }

    /// <summary>Adds C# that fills columns of a target, under the name that the config's <c>Use</c> says (docs/mapping.md).</summary>
    /// <typeparam name="T">Made once, with its constructor's services.</typeparam>
    public static IServiceCollection AddRowMapping<T>(this IServiceCollection services, string name)
        where T : class, IRowMapping
    {
        services.AddSingleton<T>();
        return services.AddSingleton(new RegisteredRowMapping(name, provider => provider.GetRequiredService<T>()));
    }
}
