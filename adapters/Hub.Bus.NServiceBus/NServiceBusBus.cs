using System.Text.Json;
using Hub.Processes.Bus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NServiceBus;
using NServiceBus.Transport;

namespace Hub.Bus.NServiceBus;

/// <summary>
/// A bus of NServiceBus's that is open. None of its sagas, time-outs, persistence or outbox is used: it receives only, and Hub.Processes dedupes by the message's id.
/// </summary>
internal sealed class NServiceBusBus : IMessageBus
{
    private const string Errors = "error", Audit = "audit";
    private readonly IHost _host;
    private readonly IMessageSession _session;

    private NServiceBusBus(IHost host) => (_host, _session) = (host, host.Services.GetRequiredService<IMessageSession>());

    public static async Task<IMessageBus> OpenAsync(BusPlace place, BusIntake intake, TransportDefinition transport, CancellationToken cancellationToken)
    {
        var endpoint = new EndpointConfiguration(place.Queue);
        endpoint.EnableInstallers();
        endpoint.SendFailedMessagesTo(Errors);
        endpoint.AuditProcessedMessagesTo(Audit);
        endpoint.UseSerialization<SystemJsonSerializer>().Options(JsonSerializerOptions.Web);
        endpoint.UseTransport(transport);

        // The hub's one message, a plain record. No event by NServiceBus's word: it would subscribe to its own.
        endpoint.Conventions().DefiningMessagesAs(type => type == typeof(BusMessage));
        endpoint.AssemblyScanner().Disable = true;
        endpoint.AddHandler<TakeBusMessage>();

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(intake);
        builder.Services.AddNServiceBusEndpoint(endpoint);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new NServiceBusBus(host);
    }

    public Task PublishAsync(string id, BusMessage message, CancellationToken cancellationToken)
    {
        var options = new PublishOptions();
        options.SetMessageId(id);
        return _session.Publish(message, options, cancellationToken);
    }

    public Task SendAsync(string id, string queue, BusMessage message, CancellationToken cancellationToken)
    {
        var options = new SendOptions();
        options.SetMessageId(id);
        options.SetDestination(queue);
        return _session.Send(message, options, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>Hands what came to the intake, which waits for a store that is down; what nobody can handle is a dead letter there.</summary>
internal sealed class TakeBusMessage(BusIntake intake) : IHandleMessages<BusMessage>
{
    public Task Handle(BusMessage message, IMessageHandlerContext context) =>
        intake.TakeAsync(context.MessageId, message.ToJson(), context.CancellationToken);
}
