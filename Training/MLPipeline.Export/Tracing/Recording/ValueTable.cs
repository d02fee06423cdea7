using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Which value each tensor wrapper holds. A wrapper it has not met is matched by the memory it shows, or is a constant.</summary>
/// <param name="modules">The module's parameters and buffers.</param>
/// <param name="earlier">Tensors of earlier runs; see <see cref="RunHistory"/>.</param>
internal sealed class ValueTable(ModuleIndex modules, RunHistory earlier)
{
    private readonly ConditionalWeakTable<Tensor, TracedValue> _values = [];
    private readonly Dictionary<nint, List<WeakReference<Tensor>>> _wrappersOfStorage = [];
    private readonly Dictionary<nint, WeakReference<Tensor>> _handles = [];
    private readonly Dictionary<nint, TracedValue> _moved = [];
    private readonly ConditionalWeakTable<Tensor, object> _seen = [];
    private int _constants;

    /// <summary>What became of values whose memory was changed.</summary>
    public ViewHistory Views { get; } = new();

    /// <summary>Names an input.</summary>
    public void AddInput(int index, Tensor tensor) =>
        Set(tensor, new TracedValue(new ValueOrigin.Input(index), tensor.shape, tensor.dtype, DependsOnInput: true));

    /// <summary>The value a tensor holds.</summary>
    public TracedValue Of(Tensor tensor)
    {
        if (_values.TryGetValue(tensor, out var known) && known.IsRenewable)
            Set(tensor, known = Views.BaseOf(known).DependsOnInput ? Views.Renew(known) : Constant(tensor) with { StaleBecause = null });
        if (known is not null)
            return known;
        var found = FromMove(tensor) ?? FromEarlierRun(tensor) ?? FromParameters(tensor) ?? FromAlias(tensor) ?? Constant(tensor);
        Set(tensor, found);
        return found;
    }

    /// <summary>Rewritten code made a wrapper: whatever went into it went past the recorder.</summary>
    public void See(Tensor tensor) => _seen.AddOrUpdate(tensor, tensor);

    /// <summary>A tensor was made of values that went where the recorder can't follow.</summary>
    public void SetLost(Tensor tensor) => Set(tensor, Constant(tensor) with { DependsOnInput = true, StaleBecause = null });

    /// <summary>A wrapper is about to give its native tensor away.</summary>
    public void Move(Tensor tensor)
    {
        var value = Of(tensor);
        _moved[tensor.Handle] = value;
    }

    /// <summary>Whether a wrapper holds a value that depends on the module's input, or one whose origin can't be vouched for.</summary>
    public bool IsTraced(Tensor tensor) => _values.TryGetValue(tensor, out var value)
        ? value.DependsOnInput || value.StaleBecause is not null
        : _moved.TryGetValue(tensor.Handle, out var moved) ? moved.DependsOnInput
        : earlier.Holds(tensor) || IsForeign(tensor) || FromAlias(tensor) is { DependsOnInput: true };

    /// <summary>Whether the lengths of a wrapper's axes depend on what the inputs hold.</summary>
    public bool IsShapedByData(Tensor tensor) => _values.TryGetValue(tensor, out var value)
        ? value.ShapedByData
        : !tensor.IsInvalid && (_moved.TryGetValue(tensor.Handle, out var moved) ? moved.ShapedByData : FromAlias(tensor) is { ShapedByData: true });

    /// <summary>Whether nobody saw how a wrapper's value came to be.</summary>
    public bool IsUnexplained(Tensor tensor) => _values.TryGetValue(tensor, out var value)
        ? value is { Origin: ValueOrigin.Constant, StaleBecause: not null, IsRenewable: false }
        : IsForeign(tensor) && !_moved.ContainsKey(tensor.Handle) && FromAlias(tensor) is null;

    /// <summary>Says which value a wrapper holds from now on.</summary>
    public void Set(Tensor tensor, TracedValue value)
    {
        if (!_values.TryGetValue(tensor, out _) && TensorMemory.Of(tensor) is { } memory)
            Wrappers(memory.Storage).Add(new WeakReference<Tensor>(tensor));
        _values.AddOrUpdate(tensor, value);
        _handles[tensor.Handle] = new WeakReference<Tensor>(tensor);
        if (value.DependsOnInput)
            earlier.Remember(tensor);
    }

    /// <summary>Whether a native pointer is a live tensor that depends on the module's input.</summary>
    public bool IsTracedHandle(nint handle) =>
        _handles.TryGetValue(handle, out var weak) && weak.TryGetTarget(out var tensor) && !tensor.IsInvalid && tensor.Handle == handle
        && _values.TryGetValue(tensor, out var value) && value.DependsOnInput;

    /// <summary>A native function may change the memory behind a pointer: constants that lie there are read anew when next used.</summary>
    public void ForgetConstant(nint handle)
    {
        if (!_handles.TryGetValue(handle, out var weak) || !weak.TryGetTarget(out var changed) || changed.IsInvalid)
            return;
        if (TensorMemory.Of(changed) is not { } memory)
            return;
        foreach (var other in Live(memory.Storage))
            _values.Remove(other);
    }

    /// <summary>
    /// An in-place operation changed the memory of a tensor: wrappers that show the same elements hold the new value, those that show some of
    /// them otherwise hold a value that no longer exists.
    /// </summary>
    public void Overwrite(Tensor changed, TracedValue before, TracedValue value, string operation)
    {
        if (TensorMemory.Of(changed) is not { } memory)
            return;
        foreach (var other in Live(memory.Storage).Where(t => !ReferenceEquals(t, changed)))
        {
            var view = TensorMemory.Of(other)!;
            if (view == memory)
                Set(other, value);
            else if (_values.TryGetValue(other, out var old) && !ViewOf.AreApart(old, before))
                Outdate(other, old, value, Disjoint(view, memory), operation);
        }
    }

    // Constants are read anew. Views of the same base are taken anew, whether they share elements or not: that may be otherwise at another batch size.
    // Of anything else it is not known what it shows.
    private void Outdate(Tensor tensor, TracedValue old, TracedValue changed, bool disjoint, string operation)
    {
        var constant = !old.DependsOnInput && !changed.DependsOnInput;
        var renewable = (old.StaleBecause is null || old.IsRenewable) && (constant || Views.ShareBase(old, changed));
        if (disjoint && (constant || !renewable))
            return;
        _values.AddOrUpdate(tensor, old with
        {
            StaleBecause = $"{operation} changed it in place through another view of its memory; use the out-of-place form",
            IsRenewable = renewable,
        });
    }

    // Contiguous neighbours in one storage (chunks, splits) don't share elements. Anything else might.
    private static bool Disjoint(TensorMemory a, TensorMemory b) => EndOf(a) <= b.Address || EndOf(b) <= a.Address;

    private static nint EndOf(TensorMemory memory)
    {
        var last = 0L;
        var shape = memory.Shape.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray();
        var strides = memory.Strides.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray();
        for (var i = 0; i < shape.Length; i++)
            last += (shape[i] - 1) * strides[i];
        return memory.Address + (nint)((last + 1) * ElementSizeOf(memory.Type));
    }

    private static long ElementSizeOf(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.ComplexFloat64 => 16,
        _ => 8,
    };

    private TracedValue? FromMove(Tensor tensor) => _moved.Remove(tensor.Handle, out var value) ? value : null;

    private TracedValue? FromEarlierRun(Tensor tensor) => earlier.Holds(tensor)
        ? Constant(tensor) with { StaleBecause = "it holds what an earlier run made of its own input; an ONNX file has no state. Run the module once on real data before exporting if it is to keep that" }
        : null;

    private TracedValue? FromParameters(Tensor tensor) => modules.KeyOf(tensor) is { } key
        ? new TracedValue(new ValueOrigin.Parameter(key), tensor.shape, tensor.dtype, DependsOnInput: false)
        : null;

    // A live wrapper keeps its memory: equal views of it are the same value. (A dead one's memory may be anyone's by now.)
    private TracedValue? FromAlias(Tensor tensor)
    {
        if (TensorMemory.Of(tensor) is not { } memory)
            return null;
        var alias = Live(memory.Storage).FirstOrDefault(t => TensorMemory.Of(t) == memory);
        return alias is not null && _values.TryGetValue(alias, out _) ? Of(alias) : null;
    }

    // A wrapper made while the module ran, but not by rewritten code, was made by code nobody followed: its operators may have read anything.
    private bool IsForeign(Tensor tensor) => !_seen.TryGetValue(tensor, out _) && RunHistory.IsOfThisRun(tensor);

    private TracedValue Constant(Tensor tensor) =>
        new(new ValueOrigin.Constant(_constants++), tensor.shape, tensor.dtype, DependsOnInput: false)
        {
            Content = ConstantContent.Of(tensor),
            StaleBecause = IsForeign(tensor)
                ? "it was made by code that can't be followed (reflection, dynamic, expressions compiled at run time, native code); call TorchSharp directly"
                : null,
        };

    // The wrappers still alive that show a storage. A dead wrapper's storage may be another tensor's by now.
    private List<Tensor> Live(nint storage)
    {
        var wrappers = Wrappers(storage);
        wrappers.RemoveAll(w => !w.TryGetTarget(out var t) || t.IsInvalid || TensorMemory.Of(t)?.Storage != storage);
        return [.. wrappers.Select(w => w.TryGetTarget(out var t) ? t : null).OfType<Tensor>()];
    }

    private List<WeakReference<Tensor>> Wrappers(nint storage) =>
        _wrappersOfStorage.TryGetValue(storage, out var known) ? known : _wrappersOfStorage[storage] = [];
}
