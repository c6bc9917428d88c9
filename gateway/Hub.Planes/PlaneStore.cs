namespace Hub.Planes;

/// <summary>Says which store the plane works on where it shares one with others; control takes planes of one store beside each other.</summary>
/// <returns>The store's own id. It throws while the store can't be reached; the plane then says hello later.</returns>
public delegate Task<string> PlaneStore(CancellationToken cancellationToken);
