/// Networks of [N,4] in the ways of F#: each is exported as it is.
module ModulesInFSharp.FSharpNetworks

open System
open TorchSharp
open type TorchSharp.torch.nn

type Net = torch.nn.Module<torch.Tensor, torch.Tensor>

type Layer =
    | Dense of Net
    | Activation of (torch.Tensor -> torch.Tensor)
    | Residual of Layer list

type Config = { Width: int64; Slope: float; Mode: string option }

let private relu (x: torch.Tensor) = x.relu ()
let private sigmoid (x: torch.Tensor) = x.sigmoid ()
let private tanh (x: torch.Tensor) = x.tanh ()

let private (|Wide|Narrow|) (x: torch.Tensor) = if x.shape[1] > 3L then Wide x.shape[1] else Narrow

let inline private twice f x = f (f x)

let rec private run layer (x: torch.Tensor) =
    match layer with
    | Dense inner -> inner.call x
    | Activation f -> f x
    | Residual layers -> layers |> List.fold (fun y l -> run l y) x |> fun y -> y + x

/// A module of a function.
type Of(f: torch.Tensor -> torch.Tensor) =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("of")
    override _.forward x = f x

/// Pipelines over submodules.
type Pipeline() as this =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("pipeline")
    let fc1 = Linear(4L, 8L)
    let fc2 = Linear(8L, 4L)
    do this.RegisterComponents()
    override _.forward x = x --> fc1 |> relu |> fc2.forward |> sigmoid

/// A union of layers, walked recursively.
type Walked() as this =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("walked")
    let fc = Linear(4L, 4L)
    let plan = Residual [ Dense fc; Activation tanh; Residual [ Activation sigmoid ] ]
    do this.RegisterComponents()
    override _.forward x = run plan x

/// A record, an option and a string match.
type Configured(config: Config) =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("configured")

    override _.forward x =
        let y = { config with Slope = config.Slope + 1.0 } |> fun c -> x * torch.tensor (float32 c.Slope)

        match config.Mode with
        | Some "relu" -> relu y
        | Some other -> failwithf "mode %s" other
        | None -> tanh y

/// Mutable references and loops.
type Loops() =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("loops")

    override _.forward x =
        let mutable y = x
        let count = ref 0

        while count.Value < 2 do
            y <- tanh y
            count.Value <- count.Value + 1

        for f in [ sigmoid; relu ] do
            y <- f y

        y

/// Sequences, which compute when they are asked.
type Sequences() =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("sequences")

    override _.forward x =
        let parts =
            seq {
                yield relu x
                for f in [ sigmoid; tanh ] do
                    yield f x
            }

        torch.cat (parts |> Seq.map id |> Seq.toArray, 1L)

/// Partial application, composition, inline functions and active patterns.
type Functions() =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("functions")

    override _.forward x =
        let combine (a: torch.Tensor) (b: torch.Tensor) = a + b
        let shifted = combine x
        let composed = relu >> twice sigmoid >> shifted

        match x with
        | Wide _ -> composed x
        | Narrow -> x

/// try, use, tuples, struct tuples and arrays.
type Statements() =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("statements")

    override _.forward x =
        use scope = torch.NewDisposeScope()

        try
            try
                let a, b = relu x, sigmoid x
                let struct (c, _) = struct (tanh b, 1)
                [| a; c |] |> Array.reduce (fun p q -> p + q) |> fun y -> y.MoveToOuterDisposeScope()
            with :? InvalidOperationException as e when e.Message.Length > 3 ->
                x
        finally
            ignore scope.DisposablesCount

/// A computation expression of the module's own.
type Chain() =
    member _.Bind(x: torch.Tensor, f: torch.Tensor -> torch.Tensor) = f (sigmoid x)
    member _.Return(x: torch.Tensor) = relu x

type Computed() =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("computed")

    override _.forward x =
        let chain = Chain()

        chain {
            let! y = tanh x
            let! z = y
            return z
        }

/// Lazy values, object expressions and tail recursion.
type Objects() =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("objects")

    override _.forward x =
        let rec repeat n (y: torch.Tensor) = if n = 0 then y else repeat (n - 1) (tanh y)
        let later = lazy (repeat 2 x)
        let scale = { new IFormattable with member _.ToString(_, _) = "sigmoid" }
        if scale.ToString(null, null) = "sigmoid" then sigmoid later.Value else x

/// An async workflow, run to its end in place.
type Workflow() =
    inherit torch.nn.Module<torch.Tensor, torch.Tensor>("workflow")

    override _.forward x =
        async {
            let! y = async { return relu x }
            return tanh y
        }
        |> Async.RunSynchronously

/// The networks by name, with the operators that must be in the file.
let all: (string * Func<Net> * string) array =
    [| "pipeline", Func<Net>(fun () -> new Pipeline()), "Gemm Relu Gemm Sigmoid"
       "union", Func<Net>(fun () -> new Walked()), "Gemm Tanh Sigmoid Add Add"
       "record and option", Func<Net>(fun () -> new Configured({ Width = 4L; Slope = 0.5; Mode = Some "relu" })), "Mul Relu"
       "mutable and ref", Func<Net>(fun () -> new Loops()), "Tanh Tanh Sigmoid Relu"
       "sequence", Func<Net>(fun () -> new Sequences()), "Relu Sigmoid Tanh Concat"
       "composition and active pattern", Func<Net>(fun () -> new Functions()), "Relu Sigmoid Sigmoid Add"
       "try, use, tuples", Func<Net>(fun () -> new Statements()), "Relu Sigmoid Tanh Add"
       "computation expression", Func<Net>(fun () -> new Computed()), "Tanh Sigmoid Sigmoid Relu"
       "lazy, object expression, tail calls", Func<Net>(fun () -> new Objects()), "Tanh Tanh Sigmoid"
       "async workflow", Func<Net>(fun () -> new Workflow()), "Relu Tanh"
       "closure in Sequential", Func<Net>(fun () -> Sequential(new Of(relu), Linear(4L, 2L)) :> Net), "Relu Gemm" |]
