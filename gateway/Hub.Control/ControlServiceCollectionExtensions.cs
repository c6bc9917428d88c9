using System.Text.Json;
using Hub.Control;
using Hub.Control.Access;
using Hub.Control.Audit;
using Hub.Control.Caches;
using Hub.Control.Customers;
using Hub.Control.Documents;
using Hub.Control.Figures;
using Hub.Control.Forwarding;
using Hub.Control.Gates;
using Hub.Control.Groups;
using Hub.Control.Guards;
using Hub.Control.Identity;
using Hub.Control.Mirroring;
using Hub.Control.Notifications;
using Hub.Control.Pages;
using Hub.Control.Planes;
using Hub.Control.Plans;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the control plane.</summary>
public static class ControlServiceCollectionExtensions
{
    /// <summary>Registers what <c>app.MapHubControl()</c> serves. Opens, and upgrades, the store at the host's start.</summary>
    public static IServiceCollection AddHubControl(this IServiceCollection services, ControlOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ControlStore>();
        services.AddSingleton<RevisionLog>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<PlaneRegistry>();
        services.AddSingleton<AdoptRollbacks>();
        services.AddSingleton<ConnectPlane>();
        services.AddSingleton<AppliedTimes>();
        services.AddSingleton<ReportTaker>(provider => provider.GetRequiredService<AppliedTimes>().TakeAsync);
        services.AddSingleton<SignalSource>(provider => provider.GetRequiredService<AppliedTimes>().Tell);
        services.AddSingleton<ParityReports>();
        services.AddSingleton<ReportTaker>(provider => provider.GetRequiredService<ParityReports>().TakeAsync);
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<Flip>();
        services.AddSingleton<PlaneCalls>();
        services.AddSingleton<StatusComposer>();
        services.AddSingleton<FollowFile>();
        services.AddSingleton<ReadinessStore>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ReportTaker>(provider => provider.GetRequiredService<ReadinessStore>().TakeAsync);
        services.AddSingleton<FigureStore>();
        services.AddSingleton<Baselines>();
        services.AddSingleton<GateKeeper>();
        services.AddSingleton<ReportTaker>(provider => provider.GetRequiredService<GateKeeper>().TakeAsync);
        services.AddSingleton<PlanRunner>();
        services.AddSingleton<NotificationStore>();
        services.AddSingleton<SendNotification>();
        services.AddSingleton<Notify>();
        services.AddSingleton<SignalSource>(provider => provider.GetRequiredService<Baselines>().AddTo);
        services.AddSingleton<ReportTaker>(provider =>
        {
            var figures = provider.GetRequiredService<FigureStore>();
            return report =>
            {
                figures.Take(report);
                return ValueTask.CompletedTask;
            };
        });

        // Order matters: the first tokens are on disk and the file is applied before the listeners open.
        services.AddHostedService<FirstTokens>();
        services.AddHostedService(provider => provider.GetRequiredService<FollowFile>());
        services.AddSingleton<Purger>();
        services.AddHostedService(provider => provider.GetRequiredService<Purger>());
        services.AddHostedService<RequireTls>();
        services.AddHostedService<ForgetExpired>();
        services.AddHostedService(provider => provider.GetRequiredService<ReadinessStore>());
        services.AddHostedService<AgeIdentityKeys>();
        services.AddHostedService<KeepFigures>();
        services.AddSingleton<BusinessGuard>();
        services.AddHostedService(provider => provider.GetRequiredService<BusinessGuard>());
        services.AddHostedService(provider => provider.GetRequiredService<PlanRunner>());
        services.AddHostedService(provider => provider.GetRequiredService<Notify>());
        services.AddHostedService<WatchTrouble>();

        services.AddHttpForwarder();
        services.AddOpenApi();
        services.AddProblemDetails();
        services.AddExceptionHandler<TellBadRequests>();
        services.Configure<RouteHandlerOptions>(route => route.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => Strict(json.SerializerOptions));
        return services;
    }

    // What is missing in a body must not be read as 0: {} is not a shift to 0 %.
    private static void Strict(JsonSerializerOptions json)
    {
        json.RespectRequiredConstructorParameters = true;
        json.RespectNullableAnnotations = true;
    }
}
