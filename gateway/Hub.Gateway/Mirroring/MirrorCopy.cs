using Hub.Gateway.Mirroring.Comparing;
using Hub.Placement;

namespace Hub.Gateway.Mirroring;

/// <summary>A request that was picked: what the answering side said, and how to ask the other. It holds room until it is disposed of.</summary>
internal sealed class MirrorCopy(MirrorRoom room, RouteMirror route, Side answering, MirrorLane lane, long since) : IDisposable
{
    private bool _disposed;

    public MirrorRoom Room => room;

    public RouteMirror Route { get; } = route;

    /// <summary>The side that answers the client.</summary>
    public Side Answering { get; } = answering;

    public MirrorLane Lane { get; } = lane;

    /// <summary>The revision that turned mirroring on.</summary>
    public long Since { get; } = since;

    public KeptBody Body { get; } = new(room);

    /// <summary>The client's own body, of unsafe requests to a sandbox.</summary>
    public KeptBody? Sent { get; set; }

    /// <summary>For the other side.</summary>
    public CopyRequest? Request { get; set; }

    /// <summary>For the answering side, without the customer; of repeatable routes only.</summary>
    public CopyRequest? Again { get; set; }

    public string Host { get; set; } = "";

    /// <summary>Method and target, as the client sent it.</summary>
    public string Line { get; set; } = "";

    public bool LoggedIn { get; set; }

    /// <summary>What is known of the customer and must be kept nowhere: name, account.</summary>
    public IReadOnlyList<string> Personal { get; set; } = [];

    public int Status { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; set; } = [];

    public long TakenAt { get; set; }

    public Answer Expected() => new(Status, Headers, Body.Whole ? Body.ToArray() : [], Body.Whole);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Body.Dispose();
            Sent?.Dispose();
            room.Leave();
        }
    }
}
