using System.Reflection;
using MLPipeline.Export.Converters;
using MLPipeline.Export.Tracing.Rewriting;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Records one run of a module. Rewritten code reports to the recorder of the flow it runs in.</summary>
/// <param name="modules">The module's submodules, parameters and buffers.</param>
/// <param name="history">What earlier runs of the module made.</param>
internal sealed class Recorder(ModuleIndex modules, RunHistory history)
{
    private static readonly AsyncLocal<Recorder?> CurrentRecorder = new();
    private static readonly AsyncLocal<Frame?> CurrentFrame = new();

    private readonly Lock _gate = new();
    private readonly List<TracedCall> _calls = [];
    private readonly List<string> _problems = [];
    private readonly ValueTable _values = new(modules, history);

    /// <summary>The recorder of this flow; null when nothing is being traced.</summary>
    public static Recorder? Current => CurrentRecorder.Value;

    /// <summary>Converters that the user gave.</summary>
    public CustomConverters Custom { get; init; } = CustomConverters.None;

    /// <summary>Told of every result as it was when the operator returned: a later operator may change it in place.</summary>
    public Action<ValueOrigin, Tensor>? Keep { get; init; }

    /// <summary>Whether convolutions of the input may be stood in for, and by how much what stands for them differs from other runs'; null when not.</summary>
    public double? StandIns { get; init; }

    /// <summary>Told of the module's state before it changes; null when nobody puts it back.</summary>
    public ModuleState? State { get; init; }

    /// <summary>Stops a run at its next operator.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Records what an action does.</summary>
    public Trace Record(IReadOnlyList<Tensor> inputs, Func<object?> run)
    {
        using var scope = history.Begin();
        for (var i = 0; i < inputs.Count; i++)
            _values.AddInput(i, inputs[i]);
        _values.Views.Add = AddView;
        CurrentRecorder.Value = this;
        try
        {
            var result = run();
            var outputs = OutputStructure.Flatten(Callbacks.LeadBack(result)).Select(o => (o.Name, _values.Of(o.Tensor))).ToList();
            foreach (var (name, value) in outputs.Where(o => o.Item2.StaleBecause is not null))
                _problems.Add($"output {name}: {value.StaleBecause}");
            return new Trace(_calls, outputs, _problems);
        }
        catch (Exception e) when (e is not (ExportException or OutOfMemoryException or OperationCanceledException) && _problems.Count > 0)
        {
            // What went wrong may well be what the problems did to the module. libtorch puts its stack into the message.
            throw new ExportException([.. _problems, $"then the module failed with {e.GetType().Name}: {e.Message.Split('\n')[0]}"]);
        }
        finally
        {
            CurrentRecorder.Value = null;
            CurrentFrame.Value = null;
            KeepCaches(scope);
            RunHistory.End();
        }
    }

    /// <summary>Opens a frame: a method of the user's or of TorchSharp's is entered.</summary>
    public void Enter(MethodBase method, object? receiver)
    {
        var outer = CurrentFrame.Value;
        var path = receiver is nn.Module module ? modules.PathOf(module) ?? outer?.Path ?? "" : outer?.Path ?? "";
        CurrentFrame.Value = new Frame(method, path, outer);
    }

    /// <summary>Closes the frame.</summary>
    public static void Leave() => CurrentFrame.Value = CurrentFrame.Value?.Outer;

    /// <summary>Takes the arguments of a call before it runs: an in-place call changes them.</summary>
    public PendingCall Before(MethodBase method, object?[] arguments)
    {
        Cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var converter = Custom.Find(method, method.IsStatic ? null : arguments[0]) ?? ConverterRegistry.Find(method)!;
            var named = new Dictionary<string, Argument>();
            var reader = new ArgumentReader(_values);
            var offset = method.IsStatic ? 0 : 1;
            if (offset == 1)
                named["self"] = reader.Read(arguments[0]);
            foreach (var parameter in method.GetParameters())
                named[parameter.Name!] = reader.Read(arguments[parameter.Position + offset]);
            foreach (var stale in reader.Stale)
                Problem($"{ConverterRegistry.NameOf(method)}: {stale}");
            if (converter.InPlace && named["self"] is Argument.TensorValue { Value: var changed } && _values.Views.BaseOf(changed).Origin is ValueOrigin.Parameter whole)
                KeepState(whole.Key);
            if (converter.InPlace && named["self"] is Argument.TensorValue { Value.Origin: ValueOrigin.Parameter state })
                Problem($"{ConverterRegistry.NameOf(method)} changes {state.Key} while the network runs; an ONNX file has no state");
            return new PendingCall(method, converter, named, converter.InPlace ? (Tensor?)arguments[0] : null)
            {
                Self = method.IsStatic ? null : arguments[0] as Tensor,
                StandIn = StandInFor(method, arguments, converter, named),
                Given = converter.IsCustom ? new GivenTensors(arguments) : null,
            };
        }
    }

    private Tensor? StandInFor(MethodBase method, object?[] arguments, ConverterEntry converter, Dictionary<string, Argument> named) =>
        StandIns is { } run && !converter.IsCustom && ConvolutionStandIn.Exists(method) && named["input"] is Argument.TensorValue { Value.DependsOnInput: true }
            ? ConvolutionStandIn.Of(method, arguments, run + _calls.Count / 4096.0)
            : null;

    /// <summary>Takes the result of a call.</summary>
    public void After(PendingCall call, object? result)
    {
        lock (_gate)
        {
            var depends = ArgumentReader.Values(call.Arguments.Values).Any(v => v.DependsOnInput) || call.Arguments.Values.Any(ArgumentReader.IsOpaque);
            // What changes in place keeps its shape.
            var shaped = call.Receiver is null ? DataShapes.Of(call.Converter.Key, call.Arguments) : ArgumentReader.Values([call.Arguments["self"]]).Any(v => v.ShapedByData);
            var index = _calls.Count;
            var receiver = IsChanged(call.Receiver, result) ? call.Receiver : null;
            // Attention without weights returns a tensor that is none.
            var tensors = receiver is not null ? [receiver] : OutputStructure.Flatten(result).Select(o => o.Tensor).Where(t => !t.IsInvalid).ToList();
            var results = tensors.Select((t, i) => Result(t, new ValueOrigin.Result(index, i), depends) with { ShapedByData = shaped && DataShapes.MayVary(call.Converter.Key, t) }).ToList();
            _calls.Add(new TracedCall(call.Converter.Key, ConverterRegistry.NameOf(call.Method), call.Arguments, results, PlaceOf(call.Arguments))
            {
                Custom = call.Converter.IsCustom ? call.Converter.Convert : null,
            });
            if (call.Given is { HaveChanged: true })
                Problem($"{ConverterRegistry.NameOf(call.Method)} has a converter of its own and changes a tensor it is given in place, which a converter can't express; let it give a new one");
            if (receiver is null)
                results = [.. results.Select((r, i) => r with { View = call.ViewOn(tensors, i) })];
            else if (call.Arguments["self"] is Argument.TensorValue { Value: var changed })
                results[0] = Change(call, changed, results[0]);
            for (var i = 0; i < tensors.Count; i++)
            {
                if (receiver is not null)
                    _values.Overwrite(tensors[i], ((Argument.TensorValue)call.Arguments["self"]).Value, results[i], ConverterRegistry.NameOf(call.Method));
                _values.Set(tensors[i], results[i]);
                Keep?.Invoke(results[i].Origin, tensors[i]);
            }

            if (receiver is not null && result is Tensor returned)
                _values.Set(returned, results[0]);
        }
    }

    /// <summary>Code is about to get a tensor's elements.</summary>
    public void Read(MethodBase method, Tensor tensor)
    {
        lock (_gate)
        {
            if (_values.IsTraced(tensor))
                Problem(NativeFacts.Reading(ConverterRegistry.NameOf(method)));
        }
    }

    /// <summary>Code is about to get a tensor's lengths. TorchSharp's own may: what it does with them ends in an operator's arguments.</summary>
    public void Measure(MethodBase method, Tensor tensor)
    {
        lock (_gate)
        {
            if (CurrentFrame.Value is { Origin: CodeOrigin.User } && _values.IsShapedByData(tensor))
                Problem(DataShapes.Reading(ConverterRegistry.NameOf(method)));
        }
    }

    /// <summary>Code takes a tensor's native pointer.</summary>
    public void Take(Tensor tensor)
    {
        lock (_gate)
        {
            if (!tensor.IsInvalid)
                CurrentFrame.Value?.Take(tensor.Handle, tensor, _values.IsTraced(tensor));
        }
    }

    /// <summary>A wrapper is about to give its native tensor to another.</summary>
    public void Move(Tensor tensor)
    {
        lock (_gate)
        {
            if (!tensor.IsInvalid)
                _values.Move(tensor);
        }
    }

    /// <summary>Rewritten code made a wrapper of a native tensor.</summary>
    public void Made(Tensor tensor)
    {
        lock (_gate)
        {
            _values.See(tensor);
            if (CurrentFrame.Value is { HasLost: true })
                _values.SetLost(tensor);
        }
    }

    /// <summary>
    /// A native function without a converter is about to run. If one of its pointers is a traced tensor, or a traced tensor's pointer was
    /// taken and has not been seen since, what it computes would be lost.
    /// </summary>
    public void Native(MethodBase function, ReadOnlySpan<nint> pointers)
    {
        lock (_gate)
        {
            var reads = NativeFacts.Reads(function.Name);
            var lost = false;
            foreach (var pointer in pointers)
            {
                var tensor = CurrentFrame.Value?.Hand(pointer);
                var traced = _values.IsTracedHandle(pointer) || (tensor is not null && _values.IsTraced(tensor));
                lost |= traced && reads;
                if (!traced && function.Name.EndsWith('_'))
                    ChangeInPlace(function, pointer, tensor);
            }

            if (reads && (CurrentFrame.Value?.TakeLoose() == true || lost))
                Lost(NativeFacts.Problem(function.Name, Operator()));
        }
    }

    /// <summary>Code is about to run that can't be followed.</summary>
    public void Unfollowed(string reason)
    {
        lock (_gate)
            Problem(reason);
    }

    // What the module holds on to, and what no input changes (it may be held in a static field), outlives the run. So does what nobody saw being
    // made: whether an input did is not known, and a later run that meets it is told so.
    private void KeepCaches(DisposeScope scope)
    {
        var made = scope.DisposablesView.OfType<Tensor>().Where(t => !t.IsInvalid).ToList();
        var unexplained = made.Where(_values.IsUnexplained).ToList();
        foreach (var tensor in unexplained)
            history.Remember(tensor);
        foreach (var tensor in ReachableTensors.From(modules.Root).Concat(unexplained).Concat(made.Where(t => !_values.IsTraced(t))))
            tensor.DetachFromDisposeScope();
    }

    private void ChangeInPlace(MethodBase function, nint pointer, Tensor? tensor)
    {
        if (tensor is not null && modules.KeyOf(tensor) is { } key)
        {
            KeepState(key);
            Problem($"{Operator()} changes {key} while the network runs (native {function.Name}); an ONNX file has no state");
        }
        else
        {
            _values.ForgetConstant(pointer);
        }
    }

    private void KeepState(string key) => State?.Keep(modules.States.First(s => s.Key == key).Tensor);

    // TorchSharp's elu_, tril_ and triu_ are in place by name only: what they return lies elsewhere.
    private static bool IsChanged(Tensor? receiver, object? result) => receiver is not null
        && (result is not Tensor returned || ReferenceEquals(returned, receiver) || TensorMemory.Of(returned) == TensorMemory.Of(receiver));

    private TracedValue Change(PendingCall call, TracedValue old, TracedValue fresh)
    {
        if (old.View is not null && _values.Views.BaseOf(old).Origin is ValueOrigin.Parameter state)
            Problem($"{ConverterRegistry.NameOf(call.Method)} changes a part of {state.Key} while the network runs; an ONNX file has no state");
        if (fresh.DependsOnInput)
        {
            if (_values.Views.IsLost(old))
                Problem($"{ConverterRegistry.NameOf(call.Method)} writes to a part of a constant of which another part was filled in place; make the constant in one piece");
            return _values.Views.Change(old, fresh);
        }

        if (old.View is not null)
            _values.Views.Lose(old);
        return fresh;
    }

    private TracedValue AddView(string key, IReadOnlyDictionary<string, Argument> arguments, TracedValue like)
    {
        var value = new TracedValue(new ValueOrigin.Result(_calls.Count, 0), like.Shape, like.Type, DependsOnInput: true) { ShapedByData = like.ShapedByData };
        _calls.Add(new TracedCall(key, key, arguments, [value], Place));
        return value;
    }

    // A module whose own method is the call has not been entered.
    private CallPlace PlaceOf(IReadOnlyDictionary<string, Argument> arguments) =>
        arguments.GetValueOrDefault("self") is Argument.Module receiver && modules.PathOf(receiver.Instance) is { } path ? Place with { ModulePath = path } : Place;

    private static CallPlace Place
    {
        get
        {
            var frame = CurrentFrame.Value;
            var source = frame;
            while (source is not null && source.Origin != CodeOrigin.User)
                source = source.Outer;
            return new CallPlace(frame?.Path ?? "", source is null ? "forward" : MethodRewriter.Describe(source.Method));
        }
    }

    private static TracedValue Result(Tensor tensor, ValueOrigin origin, bool depends) => new(origin, tensor.shape, tensor.dtype, depends)
    {
        Content = depends ? null : ConstantContent.Of(tensor),
    };

    // The outermost TorchSharp method above the native function is the one the user called.
    private static string Operator()
    {
        MethodBase? called = null;
        for (var frame = CurrentFrame.Value; frame is { Origin: CodeOrigin.Torch }; frame = frame.Outer)
        {
            if (frame.Method.Name is not ("call" or "forward"))
                called = frame.Method;
        }

        return called is null ? CurrentFrame.Value is { } top ? MethodRewriter.Describe(top.Method) : "a call" : ConverterRegistry.NameOf(called);
    }

    // What the operator makes from here on may hold what the network computed.
    private void Lost(string problem)
    {
        Problem(problem);
        if (CurrentFrame.Value is { } frame)
            frame.HasLost = true;
    }

    private void Problem(string text)
    {
        var problem = $"{text}, at {Place}";
        if (!_problems.Contains(problem))
            _problems.Add(problem);
    }
}
