using System.Collections;
using Hub.Cli.Logging;
using Hub.Planes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hub.Cli.Running;

/// <summary>One role's application: its own container and its own listeners.</summary>
internal sealed class RoleHost(HubRole role, WebApplication app, string portFlag) : IAsyncDisposable
{
    public HubRole Role => role;

    /// <summary>Ends when the application stops, of itself too.</summary>
    public CancellationToken Stopping => app.Lifetime.ApplicationStopping;

    /// <summary>The address that a flag told, which others know it by; it may be listened on by another.</summary>
    public Uri? Told { get; init; }

    /// <summary>Which of <see cref="Addresses"/> is for control only.</summary>
    public int? Private { get; init; }

    /// <summary>Where people and customers reach it.</summary>
    public IEnumerable<Uri> Shown => Told is { } told ? [told] : Addresses.Where((_, i) => i != Private);

    /// <summary>Its HTTP listeners on TCP, in the order in which they were asked for.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Where(address => !address.Contains("://unix:", StringComparison.Ordinal))
            .Select(address => new Uri(
                address.Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal).Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
                    .Replace("//*", "//127.0.0.1", StringComparison.Ordinal)))];

    /// <summary>A builder with routing, logs to STDERR and telemetry, and no listener yet.</summary>
    public static WebApplicationBuilder CreateBuilder(HubRole role, RunOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            // Certificates are named as seen from the config file.
            ContentRootPath = options.File is { } file ? Path.GetDirectoryName(file) : null,
        });
        // The exporter reads its own variables from the configuration; no others shall get in here.
        builder.Configuration.AddInMemoryCollection(
            from variable in Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            where ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal)
            select KeyValuePair.Create((string)variable.Key, (string?)variable.Value));
        builder.WebHost.UseKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRouting();

        // Before any listener: the defaults of https count for what is opened after them.
        builder.ShowLiveCertificates(options.File);
        builder.Services.AddSingleton(TimeProvider.System);

        // Signals are the command's to hear: it stops the roles in order.
        builder.Services.AddSingleton<IHostLifetime, Quiet>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        AddLogs(builder.Logging, role.Name(), options.Verbose);
        AddTelemetry(builder.Services, role);
        return builder;
    }

    /// <summary>Logs go to STDERR, a line each.</summary>
    public static void AddLogs(ILoggingBuilder logging, string source, bool verbose)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning);

        // What keeps a host from starting (an error) is told by the command, once; what stops it later (critical) only here.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", verbose ? LogLevel.Information : LogLevel.None);
        logging.Services.AddSingleton<ILoggerProvider>(_ => new LineLog(Console.Error, source, verbose, TimeProvider.System));
    }

    /// <exception cref="CommandFailedException">A port is taken, or the plane says why it can't stand.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CommandFailedException(
                $"{role.Name()} does not start: {e.Message.TrimEnd('.')}. To do: stop what runs there, or choose another port with {portFlag}.", e);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{role.Name()} does not start: {e.Message}", e);
        }
    }

    /// <summary>Completes when a plane has heard of control, or serves its copy without (SAFETY.md 11).</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) =>
        app.Services.GetService<PlaneLink>()?.Ready.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static void AddTelemetry(IServiceCollection services, HubRole role)
    {
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is not { Length: > 0 })
        {
            return;
        }

        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"hub-{role.Name()}"))
            // Not YARP's own source: its span would be a second server span of the same request.
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource("Hub.*"))
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter("Hub.*", "Microsoft.AspNetCore.*", "System.Net.Http"))
            .UseOtlpExporter();
    }

    /// <summary>A host that neither hears signals nor writes to the console.</summary>
    private sealed class Quiet : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
