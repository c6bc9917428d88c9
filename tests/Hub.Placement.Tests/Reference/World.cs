namespace Hub.Placement.Tests.Reference;

/// <summary>
/// Two planes, control's store and browsers with their cookies: does what placements tell it to do, and asks the
/// reference at each request whether that was right.
/// </summary>
internal sealed class World
{
    private readonly List<Event> _history = [];
    private readonly ReferencePlacement _reference;
    private readonly Dictionary<string, GroupStanding> _standings = Shop.Groups.ToDictionary(name => name, _ => new GroupStanding(0));
    private readonly Dictionary<string, Side> _owners = [];
    private readonly Dictionary<CustomerKey, Claim> _claims = [];
    private readonly Dictionary<int, CustomerKey> _accounts = [];
    private readonly Browser[] _browsers = [new(0), new(1), new(2)];
    private readonly PlacementTable[] _planes;
    private readonly List<(PlacementTable Table, string Was)> _tables = [];
    private readonly Dictionary<string, AppliedUpTo> _applied = [];
    private uint _keys;
    private long _now = 1_700_000_000;
    private PlacementTable _newest;

    public World()
    {
        _reference = new ReferencePlacement(Shop.Config, _history);
        _newest = Commit(1);
        _planes = [_newest, _newest];
        foreach (var browser in _browsers)
        {
            browser.Visitor = Draw();
        }
    }

    public static void Play(Step[] steps)
    {
        var world = new World();
        foreach (var step in steps)
        {
            world.Do(step);
        }

        foreach (var (table, was) in world._tables)
        {
            Assert.Equal(was, Snapshot.Of(table));
        }
    }

    private void Do(Step step)
    {
        var revision = _newest.Revision + 1;
        switch (step)
        {
            case Request request:
                Send(request);
                break;
            case Shift(var group, var share):
                _standings[group] = _standings[group] with { Share = share, RolledBack = false };
                _history.Add(new Shifted(group, share, revision));
                _newest = Commit(revision);
                break;
            case Rollback(var group, var evacuate):
                var standing = new GroupStanding(0, revision, evacuate ? revision : _standings[group].EvacuateBefore, true);
                _standings[group] = standing;
                _history.Add(new RolledBack(group, evacuate, revision));
                _newest = Commit(revision);
                break;
            case MoveOwner(var dataset, var side):
                _owners[dataset] = side;
                _history.Add(new OwnerMoved(dataset, side, revision));
                _newest = Commit(revision);
                break;
            case Deliver(var plane):
                _planes[plane] = _newest;
                break;
            case Wait(var seconds):
                _now += seconds;
                break;
            case Tell(var dataset, var behind):
                _applied[dataset] = new AppliedUpTo((_now - behind) * 1000, _now * 1000);
                _history.Add(new Told(dataset, _now - behind, _now));
                break;
            case LogIn(var browser, var account):
                Enter(_browsers[browser], account);
                break;
            case LogOut(var browser):
                (_browsers[browser].Account, _browsers[browser].Visitor) = (null, Draw());
                break;
        }
    }

    private void Send(Request request)
    {
        var browser = _browsers[request.Browser];
        var table = _planes[request.Plane];
        var key = request.Knowledge == Knowledge.NoKey ? CustomerKey.None : KeyOf(browser);
        var route = table.Routes[request.Route];
        var stale = request.Knowledge == Knowledge.StaleCookie && request.Unsafe && route.WritesHeld;
        var asked = new PlacementRequest
        {
            Key = key,
            UnknownBusinessKey = request.Knowledge == Knowledge.UnknownNumber,
            Unsafe = request.Unsafe,
            Cohorts = request.Cohort is null ? 0 : 1UL << table.Cohorts.IndexOf(request.Cohort),
            Journey = route.Journey is null ? Pin.None : browser.Journeys.GetValueOrDefault(route.Journey),
            Form = browser.Forms.GetValueOrDefault(request.Route),
            Claim = stale ? Claim.None : _claims.GetValueOrDefault(key),
            NewUnhealthy = !request.NewHealthy,
            Written = Written(browser, route),
            Now = _now,
        };

        // Half of the customers had a cart at legacy before there was a hub.
        var bridge = !request.BridgeUp ? Holdings.Unknown : (uint)key.Value % 2 == 0 ? Holdings.Something : Holdings.Nothing;
        var expected = _reference.Place(new Question(
            request.Browser, key.IsNone ? null : key, asked.UnknownBusinessKey, request.Route, request.Unsafe, request.Cohort,
            request.NewHealthy, bridge, table.Revision, _now));
        var before = _reference.Claim(key);
        var placement = Obey(table, request.Route, asked, key, bridge);

        Side? side = placement.Has(PlacementActions.ReturnToForm) ? null : placement.Side;
        // A tab that does not know of the claim yet may be sent back to its page, where it will.
        Assert.True(expected == side || (stale && side is null), $"{request} at revision {table.Revision}: expected {expected}, got {placement}\n{string.Join('\n', _history)}");
        if (side is not { } answering)
        {
            return;
        }

        Laws.Check(route, asked, placement, _reference, before, table);
        _history.Add(new Answered(key.IsNone ? -1 : request.Browser, request.Route, answering, request.Success, table.Revision, _now, request.Unsafe));
        Answer(browser, table, route, placement, key, request.Success);
        Mark(browser, route, answering, request);
    }

    /// <summary>The newest mark in the cookie that holds.</summary>
    private WriteMark Written(Browser browser, RoutePlacement route) => route.Reads
        .Select(dataset => (Mark: browser.Marks.GetValueOrDefault(dataset), Applied: _applied.GetValueOrDefault(dataset)))
        .Where(found => found.Mark.Exists && found.Mark.Standing(
            _now * 1000, found.Mark.Side == Side.Legacy ? found.Applied : AppliedUpTo.Unknown, Shop.Config.ClockSkew) == MarkStanding.Holds)
        .Aggregate(WriteMark.None, (newest, found) => WriteMark.Newer(newest, found.Mark));

    private void Mark(Browser browser, RoutePlacement route, Side side, Request request)
    {
        if (!route.IsWrite(request.Unsafe) || request.Knowledge == Knowledge.NoKey)
        {
            return;
        }

        foreach (var dataset in route.Writes)
        {
            browser.Marks[dataset] = new WriteMark(side, _now * 1000);
        }

        foreach (var dataset in route.Through)
        {
            browser.Marks[dataset] = new WriteMark(Side.Legacy, _now * 1000);
        }
    }

    /// <summary>What the gateway does before it forwards.</summary>
    private Placement Obey(PlacementTable table, string route, PlacementRequest asked, CustomerKey key, Holdings bridge)
    {
        var placement = table.Place(route, asked);
        if (placement.Has(PlacementActions.AskHoldings))
        {
            asked = asked with { LegacyHolds = bridge };
            placement = table.Place(route, asked);
            Assert.False(placement.Has(PlacementActions.AskHoldings));
        }

        if (placement.Has(PlacementActions.Claim))
        {
            if (_claims.TryGetValue(key, out var winner))
            {
                return Obey(table, route, asked with { Claim = winner }, key, bridge);
            }

            Hold(key, placement.Side, table.Revision);
        }
        else if (placement.Has(PlacementActions.Evacuate))
        {
            Hold(key, Side.Legacy, table.Revision);
        }

        return placement;
    }

    /// <summary>What the gateway does with the answer.</summary>
    private void Answer(Browser browser, PlacementTable table, RoutePlacement route, Placement placement, CustomerKey key, bool success)
    {
        var pin = new Pin(placement.Side, table.Revision, _now);
        if (placement.Has(PlacementActions.BeginJourney))
        {
            browser.Journeys[route.Journey!] = pin;
        }

        if (placement.Has(PlacementActions.BeginForm))
        {
            browser.Forms[route.Form!.Id] = pin;
        }

        if (success && placement.Has(PlacementActions.EndJourney))
        {
            browser.Journeys.Remove(route.Journey!);
        }

        if (success && placement.Has(PlacementActions.EndClaims) && _claims.Remove(key))
        {
            _history.Add(new ClaimEnded(key));
        }
    }

    /// <summary>Rule 1: the account takes the visitor's key if neither is taken; of two carts the account's stands.</summary>
    private void Enter(Browser browser, int account)
    {
        if (browser.Account is not null)
        {
            return;
        }

        browser.Account = account;
        if (!_accounts.ContainsValue(browser.Visitor) && _accounts.TryAdd(account, browser.Visitor))
        {
            return;
        }

        if (!_accounts.ContainsKey(account))
        {
            _accounts.Add(account, Draw());
        }

        if (_claims.Remove(browser.Visitor, out var carried))
        {
            _history.Add(new ClaimEnded(browser.Visitor));
            if (!_claims.ContainsKey(_accounts[account]))
            {
                Hold(_accounts[account], carried.Side, carried.Revision);
            }
        }
    }

    private void Hold(CustomerKey key, Side side, long revision)
    {
        _claims[key] = new Claim(side, _claims.GetValueOrDefault(key).Number + 1, revision);
        _history.Add(new Claimed(key, side, revision));
    }

    private CustomerKey KeyOf(Browser browser) => browser.Account is { } account ? _accounts[account] : browser.Visitor;

    private CustomerKey Draw() => new(new UInt128(0x9E37_79B9_7F4A_7C15 * ++_keys, _keys));

    private PlacementTable Commit(long revision)
    {
        var table = Shop.Table(revision, _standings, _owners);
        _tables.Add((table, Snapshot.Of(table)));
        return table;
    }

    private sealed record Browser(int Number)
    {
        public CustomerKey Visitor { get; set; }

        public int? Account { get; set; }

        public Dictionary<string, Pin> Journeys { get; } = [];

        public Dictionary<string, Pin> Forms { get; } = [];

        public Dictionary<string, WriteMark> Marks { get; } = [];
    }
}
