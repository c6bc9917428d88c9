using System.Diagnostics;

namespace Hub.Gateway.Telemetry;

/// <summary>
/// Tells a side the server span as its parent. .NET makes an activity for each outgoing call though nobody listens to
/// those; a trace would have a hole where it is named.
/// </summary>
internal sealed class SidePropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    public static void Use(SocketsHttpHandler handler) =>
        handler.ActivityHeadersPropagator = handler.ActivityHeadersPropagator is { } own ? new SidePropagator(own) : null;

    public override IReadOnlyCollection<string> Fields => inner.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        inner.Inject(activity is { Source.Name: "", Parent: { } listened } ? listened : activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        inner.ExtractBaggage(carrier, getter);
}
